import type { Coupon } from '#shared/coupon.ts';
import { inPages } from '../in-pages.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';

const PAGE_SIZE = 500;

/** What a code still in its pool knows of itself. */
const free = {
  contact: null,
  journey: null,
  enrollment: null,
  step: null,
  discount: null,
  issuedAt: null,
  deadline: null,
  redeemedAt: null,
  redeemedBy: null,
  value: null,
} satisfies Partial<Coupon>;

/** Puts codes into a pool; answers how many were new. A code that exists anywhere already stays what it is. */
export async function addCodes(
  models: Pick<Models, 'coupons'>,
  pool: string,
  codes: readonly string[],
): Promise<number> {
  const unique = [...new Set(codes.map((code) => code.trim().toUpperCase()))];
  let added = 0;
  for (const page of inPages(unique, PAGE_SIZE)) {
    // Without an `issue` at all: the unique index on it is sparse.
    const rows = page.map((_id) => ({ _id, pool, ...free }) as Coupon);
    added += (await insertNew(models.coupons, rows)).length;
  }
  return added;
}
