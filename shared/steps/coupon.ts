import { z } from 'zod';
import { CodeSource, Discount } from '../coupon.ts';
import { Duration } from '../duration.ts';
import { emptyMessage, Message } from '../message.ts';
import { Moment } from '../moment.ts';
import { messageProblems } from './speaking.ts';
import { type StepDefinition, stepShape } from './step.ts';

/** Issues a code of one's own to each person, together with the message that brings it, and waits for its redemption. */
export const CouponStep = z.strictObject({
  kind: z.literal('coupon'),
  ...stepShape,
  codes: CodeSource,
  discount: Discount,
  deadline: Moment,
  /** People who have not redeemed leave this long before the deadline; null: at the deadline. */
  leaveBefore: Duration.nullable(),
  message: Message,
});
export type CouponStep = z.infer<typeof CouponStep>;

export const coupon: StepDefinition<typeof CouponStep> = {
  schema: CouponStep,
  defaults: () => ({
    codes: { kind: 'generated', prefix: '' },
    discount: { kind: 'percent', percent: 10 },
    deadline: { kind: 'monthEnd', before: null },
    leaveBefore: null,
    message: emptyMessage,
  }),
  outcomes: () => [{ id: 'redeemed' }, { id: 'expired' }],
  summary: (step) =>
    step.discount.kind === 'percent'
      ? { key: 'steps.coupon.summary.percent', values: { percent: step.discount.percent } }
      : {
          key: 'steps.coupon.summary.amount',
          values: { minor: step.discount.off.minor, currency: step.discount.off.currency },
        },
  message: (step) => step.message,
  parts: (step) => [
    { sort: 'do', part: '', edges: { issued: { part: 'redemption' } } },
    {
      sort: 'wait',
      part: 'redemption',
      until: { kind: 'couponDeadline', coupon: step.id, before: step.leaveBefore },
      awaits: { kind: 'coupon', coupon: step.id },
      onEvent: 'redeemed',
      onDue: 'expired',
      onPast: 'expired',
    },
  ],
  problems: (step) => [
    ...messageProblems(step.message),
    ...(step.deadline.kind === 'couponDeadline' || step.deadline.kind === 'weekday'
      ? [{ severity: 'error' as const, field: 'deadline', code: 'invalidField' as const, detail: step.deadline.kind }]
      : []),
  ],
  coupons: () => [],
  issuesCoupon: true,
  pool: (step) => (step.codes.kind === 'pool' ? step.codes.pool : null),
};
