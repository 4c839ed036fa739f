import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Delivery } from '#shared/delivery.ts';
import { DAY_MS, MINUTE_MS } from '#shared/duration.ts';
import { ORDER_COMPLETED } from '#shared/event.ts';
import { silentBuyers, silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { createRounds } from '#engine/rounds.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { eventRow } from '../support/people-rows.ts';
import { travellersOf } from '../support/travellers.ts';

/** Sixty days of the story in forty seconds. */
const SCALE = (60 * DAY_MS) / 40_000;
const origin = new Date('2026-03-10T09:00:00Z');
const monthEnd = new Date('2026-03-31T23:59:59.999Z');
/** Half a second of the machine's is so long in the story. */
const NEARLY_MS = 0.5 * 1_000 * SCALE;

let engine: TestEngine;
let rounds: ReturnType<typeof createRounds>;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
  rounds = createRounds(engine);
});
afterAll(async () => {
  await rounds.stop();
  await engine.close();
});

/** Someone on the story's clock who bought once, so many days before it begins. */
async function buyer(firstName: string, daysAgo: number): Promise<string> {
  const contact = await engine.contact({ clock: 'story', profile: { firstName } });
  const at = new Date(origin.getTime() - daysAgo * DAY_MS);
  const order = { name: ORDER_COMPLETED, at, properties: {}, value: { minor: 2_000, currency: 'USD' } };
  await engine.models.events.create(eventRow(contact, 0, order));
  await engine.contacts.project([contact]);
  return contact;
}

async function published(): Promise<string> {
  const now = new Date();
  const segment = { _id: 'silent', ...silentBuyersSegment, createdAt: now, updatedAt: now, sample: false };
  await engine.models.segments.create(segment);
  return engine.publish(silentBuyers('silent'));
}

async function buysWithCode(contact: string): Promise<void> {
  const coupon = await engine.models.coupons.findOne({ contact }).lean();
  await engine.happen(contact, ORDER_COMPLETED, { coupon: coupon?._id }, { minor: 4_500, currency: 'USD' });
}

const runOf = async (contact: string) => {
  const run = await engine.models.enrollments.findOne({ contact }, { _id: 1 }).lean();
  return travellers.row(run?._id ?? '');
};
const comesTo = (contact: string, node: string) =>
  vi.waitFor(async () => expect(await runOf(contact)).toMatchObject({ node, registered: true }), 30_000);
const ends = (contact: string) =>
  vi.waitFor(async () => expect(await runOf(contact)).toMatchObject({ state: 'completed' }), 40_000);
const sent = async (contact: string) =>
  engine.models.deliveries.find({ contact }).sort({ sentAt: 1 }).lean<Delivery[]>();

function expectAt(instant: Date | null | undefined, expected: Date, tolerance = NEARLY_MS): void {
  expect(Math.abs((instant?.getTime() ?? 0) - expected.getTime())).toBeLessThanOrEqual(tolerance);
}

it('two months of the worked example pass in under a minute, with the dates of their own clock', async () => {
  const [keen, late, never, recent] = await Promise.all([
    buyer('Keen', 45),
    buyer('Late', 45),
    buyer('Never', 45),
    buyer('Recent', 22),
  ]);
  const begin = performance.now();
  const clock = await travellers.startClock('story', origin, SCALE);
  const journey = await published();
  rounds.start();

  await Promise.all([keen, late, never].map((contact) => comesTo(contact, 'coupon.redemption')));
  expect(await engine.models.enrollments.countDocuments({ journey })).toBe(3);
  await buysWithCode(keen);
  await Promise.all([ends(keen), comesTo(late, 'last-days'), comesTo(never, 'last-days')]);
  await buysWithCode(late);
  await Promise.all([keen, late, never, recent].map(ends));
  await vi.waitFor(() => expect(clock().getTime()).toBeGreaterThan(origin.getTime() + 60 * DAY_MS), 60_000);
  expect(performance.now() - begin).toBeLessThan(60_000);

  const ways = await Promise.all(
    [keen, late, never, recent].map(async (contact) => travellers.way((await runOf(contact))._id)),
  );
  const thanks = ['thank-you.next', 'week.next', 'check-in.next', 'back.end'];
  const reminded = ['coupon.issued', 'coupon.redemption.expired', 'reminder.next'];
  expect(ways).toEqual([
    ['coupon.issued', 'coupon.redemption.redeemed', ...thanks],
    [...reminded, 'last-days.happened', ...thanks],
    [...reminded, 'last-days.timedOut', 'not-now.end'],
    [...reminded, 'last-days.timedOut', 'not-now.end'],
  ]);

  expect(await travellers.mailsTo(keen)).toEqual([
    'Keen, 25 % off until March 31',
    'Thank you for coming back, Keen',
    expect.any(String),
  ]);
  expect(await travellers.mailsTo(never)).toEqual(['Never, 25 % off until March 31', 'Three days left for your 25 %']);

  // Whoever became silent by time alone came in on that day: thirty days after the order.
  const joined = await runOf(recent);
  expectAt(joined.enteredAt, new Date(origin.getTime() + 8 * DAY_MS), 4 * NEARLY_MS);
  const [, reminder] = await sent(never);
  expectAt(reminder?.sentAt, new Date(monthEnd.getTime() - 3 * DAY_MS));
  expectAt((await runOf(never)).endedAt, monthEnd);
  const [, thankYou, checkIn] = await sent(keen);
  const paused = (checkIn?.sentAt?.getTime() ?? 0) - (thankYou?.sentAt?.getTime() ?? 0);
  expect(paused).toBeGreaterThanOrEqual(7 * DAY_MS - MINUTE_MS);
  expect(paused).toBeLessThan(7 * DAY_MS + NEARLY_MS);
  const coupon = await engine.models.coupons.findOne({ contact: never }).lean();
  expect(coupon?.deadline).toEqual(monthEnd);
  expect((await runOf(keen)).goal).toMatchObject({ minor: 4_500, currency: 'USD' });
});
