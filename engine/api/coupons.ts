import { nanoid } from 'nanoid';
import type { PoolRow } from '#shared/api/messages.ts';
import { toMinor } from '#shared/money.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import { addCodes } from '../coupons/pool.ts';
import type { Redeem } from '../coupons/redeem.ts';
import type { CouponPool } from '../models/coupon.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Handlers } from './handler.ts';

type CouponRoutes = 'listPools' | 'createPool' | 'redeemCoupon';
type CouponDeps = Pick<Base, 'models'> & { redeem: Redeem };

/** Uploaded codes, and the redemption of any code by whoever sells. */
export function couponHandlers({ models, redeem }: CouponDeps): Handlers<CouponRoutes> {
  const changes = createChanges(models);
  const rowOf = async ({ _id, name, createdAt }: CouponPool): Promise<PoolRow> => {
    const [total, left] = await Promise.all([
      models.coupons.countDocuments({ pool: _id }),
      models.coupons.countDocuments({ pool: _id, contact: null }),
    ]);
    return { id: _id, name, total, left, createdAt: createdAt.toISOString() };
  };

  return {
    async listPools() {
      const pools = await models.couponPools.find().sort({ name: 1 }).lean<CouponPool[]>();
      return { rows: await Promise.all(pools.map(rowOf)) };
    },
    async createPool({ body: { name, codes }, actor }) {
      const fresh: CouponPool = { _id: nanoid(12), name, createdAt: new Date(), createdBy: actorName(actor) };
      // Its name is unique: of two who make it at once, both find the one that went in.
      await insertNew(models.couponPools, [fresh]);
      const pool = (await models.couponPools.findOne({ name }).lean<CouponPool>()) ?? fresh;
      const added = await addCodes(models, pool._id, codes);
      await changes.note(actor, `added ${added} codes`, `pool:${pool._id}`);
      return { ...(await rowOf(pool)), added, duplicates: codes.length - added };
    },
    async redeemCoupon({ params, body, actor, request }) {
      const value = body?.value;
      const currency = value?.currency.toUpperCase();
      const { reason, coupon } = await redeem(params['code'] ?? '', {
        by: `${actorName(actor)}:${request.get('Idempotency-Key') ?? nanoid()}`,
        value: value && currency ? { minor: toMinor(value.amount, currency), currency } : null,
      });
      return {
        redeemed: reason === 'redeemed',
        redeemedAt: coupon?.redeemedAt?.toISOString() ?? null,
        contact: coupon?.contact ?? null,
        reason,
      };
    },
  };
}
