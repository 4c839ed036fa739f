import type { Coupon } from '#shared/coupon.ts';
import { instant, type ModelDefinition, nested, text } from './model.ts';

export const couponModel: ModelDefinition<Coupon> = {
  collection: 'coupons',
  fields: {
    issue: text,
    pool: text,
    contact: text,
    journey: text,
    enrollment: text,
    step: text,
    discount: nested,
    issuedAt: instant,
    deadline: instant,
    redeemedAt: instant,
    redeemedBy: text,
    value: nested,
  },
  // Sparse: codes still in a pool have no `issue` field at all.
  indexes: [[{ issue: 1 }, { unique: true, sparse: true }], [{ pool: 1, contact: 1 }], [{ contact: 1 }]],
};

export type CouponPool = { _id: string; name: string; createdAt: Date; createdBy: string };

export const couponPoolModel: ModelDefinition<CouponPool> = {
  collection: 'couponPools',
  fields: { name: text, createdAt: instant, createdBy: text },
  indexes: [[{ name: 1 }, { unique: true }]],
};
