import { ORDER_COMPLETED } from '#shared/event.ts';
import type { Money } from '#shared/money.ts';
import { moved, type SampleOrder } from './sample-orders.ts';

/** An order as the event it is recorded as, on the sample's clock; its id is made of the order's line. */
export function orderEvent(
  { line, at, cds, cents }: SampleOrder,
  { shiftDays, contact, coupon }: { shiftDays: number; contact: string; coupon: string | null },
) {
  const value: Money = { minor: cents, currency: 'USD' };
  const order = { order_id: `CD-${line}`, cds, revenue: cents / 100, currency: 'USD' };
  return {
    id: `sample:order:${line}:${contact}`,
    name: ORDER_COMPLETED,
    contact,
    at: moved(at, shiftDays),
    properties: coupon === null ? order : { ...order, coupon },
    value,
  };
}
