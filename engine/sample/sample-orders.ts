import { fileURLToPath } from 'node:url';
import { DAY_MS } from '#shared/duration.ts';
import { csvRows } from '../imports/csv-rows.ts';

/** One order of the sample shop, at its original date; `line` tells it from every other. */
export type SampleOrder = { customer: string; at: Date; cds: number; cents: number; line: number };

/** The day that becomes the sample's today: half a month's story is told, half a year's is to come. */
export const STORY_DAY = new Date('1997-04-15T00:00:00Z');

const file = fileURLToPath(new URL('./cdnow-orders.csv', import.meta.url));
let known: Promise<SampleOrder[]> | null = null;

/** All orders, oldest first. */
export function sampleOrders(): Promise<SampleOrder[]> {
  known ??= readOrders();
  return known;
}

/** An instant some days later, or earlier where `days` is below zero. */
export function moved(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY_MS);
}

async function readOrders(): Promise<SampleOrder[]> {
  const orders: SampleOrder[] = [];
  for await (const rows of csvRows(file, ',', { offset: 0, line: 1 })) {
    for (const row of rows) {
      if (!('cells' in row) || row.line === 1) continue;
      const [customer = '', date = '', cds = '', dollars = ''] = row.cells;
      const cents = Math.round(Number(dollars) * 100);
      orders.push({ customer, at: new Date(`${date}T00:00:00Z`), cds: Number(cds), cents, line: row.line });
    }
  }
  return orders.toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.line - other.line);
}
