import { type Coupon, COUPON_REDEEMED } from '#shared/coupon.ts';
import type { Money } from '#shared/money.ts';
import type { Base } from '../base.ts';

export type Redemption = {
  reason: 'redeemed' | 'alreadyRedeemed' | 'expired' | 'unknownCode' | 'notIssued';
  coupon: Coupon | null;
};

/** Redeems a code once. `by` names the event or request, so that its repeat is the same redemption; `at` is on the holder's clock. */
export type Redeem = (code: string, how: { by: string; value: Money | null; at?: Date }) => Promise<Redemption>;

/** An event of the product's own, stored and dispatched like any other. */
export type RecordEvent = (event: {
  id: string;
  name: string;
  contact: string;
  at: Date;
  properties: Record<string, unknown>;
  value?: Money | null;
}) => Promise<void>;

/** Redeems by compare-and-set on the coupon, then records the event by `record`. */
export function createRedeem(base: Base, record: RecordEvent): Redeem {
  const { coupons, enrollments } = base.models;

  return async (code, { by, value, at }) => {
    const _id = code.trim().toUpperCase();
    const coupon = await coupons.findById(_id).lean<Coupon>();
    if (!coupon) return { reason: 'unknownCode', coupon };
    if (!coupon.contact || !coupon.enrollment) return { reason: 'notIssued', coupon };
    const run = await enrollments.findById(coupon.enrollment, { clock: 1 }).lean<{ clock: string }>();
    const now = at ?? (await base.clocks.now(run?.clock ?? 'real'));
    if (coupon.redeemedAt === null && coupon.deadline !== null && now > coupon.deadline)
      return { reason: 'expired', coupon };
    await coupons.updateOne({ _id, redeemedAt: null }, { $set: { redeemedAt: now, redeemedBy: by, value } });
    const after = await coupons.findById(_id).lean<Coupon>();
    if (after?.redeemedBy !== by) return { reason: 'alreadyRedeemed', coupon: after };
    // A repeat records the same event again: it may have been lost between the write and the record.
    await record({
      id: `coupon-redeemed:${_id}`,
      name: COUPON_REDEEMED,
      contact: coupon.contact,
      at: after.redeemedAt ?? now,
      properties: { code: _id, journey: coupon.journey, enrollment: coupon.enrollment, step: coupon.step, by },
      value,
    });
    return { reason: 'redeemed', coupon: after };
  };
}
