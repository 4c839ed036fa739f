import { z } from 'zod';

/** An amount in the currency's minor unit (cents, fen), always whole. */
export const Money = z.strictObject({ minor: z.number().int(), currency: z.string().regex(/^[A-Z]{3}$/) });
export type Money = z.infer<typeof Money>;

/** Decimal places of a currency's minor unit, by ISO 4217 as the runtime knows it. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** A decimal amount (29.33) as minor units (2933), rounded half away from zero. */
export function toMinor(amount: number, currency: string): number {
  const scaled = Math.abs(amount) * 10 ** minorDigits(currency);
  return Math.sign(amount) * Math.round(Number(scaled.toFixed(6)));
}

/** Money as people read it, for example "$29.33". */
export function formatMoney({ minor, currency }: Money, locale = 'en'): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(minor / 10 ** minorDigits(currency));
}
