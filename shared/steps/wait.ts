import { z } from 'zod';
import { canBePast, Moment } from '../moment.ts';
import { type StepDefinition, stepShape } from './step.ts';

/** Holds people back until a moment. */
export const WaitStep = z.strictObject({ kind: z.literal('wait'), ...stepShape, until: Moment });
export type WaitStep = z.infer<typeof WaitStep>;

export const wait: StepDefinition<typeof WaitStep> = {
  schema: WaitStep,
  defaults: () => ({ until: { kind: 'after', duration: { amount: 1, unit: 'day' } } }),
  outcomes: (step) => [{ id: 'next' }, ...(canBePast(step.until) ? [{ id: 'past', fallback: 'next' }] : [])],
  summary: (step) => ({ key: `moments.${step.until.kind}`, values: momentValues(step.until) }),
  message: () => null,
  parts: (step) => [
    {
      sort: 'wait',
      part: '',
      until: step.until,
      awaits: null,
      onEvent: null,
      onDue: 'next',
      onPast: canBePast(step.until) ? 'past' : 'next',
    },
  ],
  problems: () => [],
  coupons: (step) => (step.until.kind === 'couponDeadline' ? [step.until.coupon] : []),
  issuesCoupon: false,
  pool: () => null,
};

/** What a moment's one-line wording needs. */
export function momentValues(moment: Moment): Record<string, string | number> {
  switch (moment.kind) {
    case 'after':
      return { amount: moment.duration.amount, unit: moment.duration.unit };
    case 'date':
      return { at: moment.at };
    case 'weekday':
      return { weekdays: moment.weekdays.join(','), time: moment.time };
    case 'monthEnd':
    case 'couponDeadline':
      return moment.before ? { amount: moment.before.amount, unit: moment.before.unit } : { amount: 0, unit: 'day' };
  }
}
