import type { Traits } from '#shared/contact.ts';
import { type Money, toMinor } from '#shared/money.ts';

/** No order is worth more; such a number is a mistake or an attack. */
const MOST = 1_000_000_000_000;

/** What an event is worth, by Segment's reserved properties: revenue, total or value, in its currency or the workspace's. */
export function valueOf(properties: Traits, workspaceCurrency: string): Money | null {
  const amount = [properties['revenue'], properties['total'], properties['value']]
    .map(toNumber)
    .find((n) => n !== null);
  if (amount === undefined || amount === null || Math.abs(amount) > MOST) return null;
  const named = properties['currency'];
  const code = typeof named === 'string' ? named.trim().toUpperCase() : '';
  const currency = /^[A-Z]{3}$/.test(code) ? code : workspaceCurrency;
  return { minor: toMinor(amount, currency), currency };
}

function toNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
