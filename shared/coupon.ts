import { z } from 'zod';
import { Money } from './money.ts';

export const Discount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percent'), percent: z.number().gt(0).max(100) }),
  z.strictObject({ kind: z.literal('amount'), off: Money }),
]);
export type Discount = z.infer<typeof Discount>;

/** Where codes come from: made up here, or claimed from an uploaded pool. */
export const CodeSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('generated'), prefix: z.string().regex(/^[A-Z0-9-]{0,12}$/) }),
  z.strictObject({ kind: z.literal('pool'), pool: z.string().min(1) }),
]);
export type CodeSource = z.infer<typeof CodeSource>;

/** A code issued to one enrollment at one step; it can be redeemed once. */
export const Coupon = z.object({
  /** The code itself, upper-case. */
  _id: z.string(),
  /** Enrollment + step: unique, so a repeat reads the first. Null while the code lies in a pool. */
  issue: z.string().nullable(),
  pool: z.string().nullable(),
  contact: z.string().nullable(),
  journey: z.string().nullable(),
  enrollment: z.string().nullable(),
  step: z.string().nullable(),
  discount: Discount.nullable(),
  issuedAt: z.date().nullable(),
  /** On the contact's clock. */
  deadline: z.date().nullable(),
  redeemedAt: z.date().nullable(),
  /** The event or API request that redeemed it, so that its repeat is the same redemption. */
  redeemedBy: z.string().nullable(),
  value: Money.nullable(),
});
export type Coupon = z.infer<typeof Coupon>;

/** The event a redemption is recorded as, on the contact who was given the code. */
export const COUPON_REDEEMED = 'Coupon Redeemed';
