import { z } from 'zod';
import { EventMatch } from '../condition.ts';
import { Moment } from '../moment.ts';
import { type StepDefinition, stepShape } from './step.ts';

const AwaitedByStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), match: EventMatch }),
  z.strictObject({ kind: z.literal('coupon'), coupon: z.string().min(1) }),
]);

/** Holds people back until they do something, or until a moment. */
export const WaitForEventStep = z.strictObject({
  kind: z.literal('wait-for-event'),
  ...stepShape,
  awaits: AwaitedByStep,
  until: Moment,
});
export type WaitForEventStep = z.infer<typeof WaitForEventStep>;

export const waitForEvent: StepDefinition<typeof WaitForEventStep> = {
  schema: WaitForEventStep,
  defaults: () => ({
    awaits: { kind: 'event', match: { event: 'Order Completed', where: [] } },
    until: { kind: 'after', duration: { amount: 7, unit: 'day' } },
  }),
  outcomes: () => [{ id: 'happened' }, { id: 'timedOut' }],
  summary: (step) =>
    step.awaits.kind === 'event'
      ? { key: 'steps.wait-for-event.summary.event', values: { event: step.awaits.match.event } }
      : { key: 'steps.wait-for-event.summary.coupon', values: { coupon: step.awaits.coupon } },
  message: () => null,
  parts: (step) => [
    {
      sort: 'wait',
      part: '',
      until: step.until,
      awaits: step.awaits,
      onEvent: 'happened',
      onDue: 'timedOut',
      onPast: 'timedOut',
    },
  ],
  problems: () => [],
  coupons: (step) => [
    ...(step.awaits.kind === 'coupon' ? [step.awaits.coupon] : []),
    ...(step.until.kind === 'couponDeadline' ? [step.until.coupon] : []),
  ],
  issuesCoupon: false,
  pool: () => null,
};
