import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createReports } from '#engine/report/reports.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterEach(() =>
  engine.models.senders.updateOne({}, { $set: { paused: null, limits: { perSecond: null, domains: [] } } }),
);
afterAll(() => engine.close());

async function sender(): Promise<{ _id: string; isDefault: boolean }> {
  const found = await engine.models.senders.findOne().lean();
  if (!found) throw new Error('There is no sender.');
  return found;
}

const oneMail = () =>
  draw([step('first', 'message', { message: says('First') }), step('end', 'exit')], ['first -> end']);

/** People of a journey of one mail, all come in. */
async function come(count: number): Promise<{ journey: string; contacts: string[]; ids: string[] }> {
  const journey = await engine.publish(oneMail());
  const contacts = await Promise.all(Array.from({ length: count }, () => engine.contact()));
  const ids = await Promise.all(contacts.map((contact) => travellers.entered(journey, contact)));
  return { journey, contacts, ids };
}

it('people whose sender is paused wait at their message, are shown there, and get it at once when it is resumed', async () => {
  const { senders, deliveries } = engine.models;
  await senders.updateOne({}, { $set: { paused: { at: new Date(), response: '550 5.7.1 blocked' } } });
  const { journey, contacts, ids } = await come(5);
  await vi.waitFor(
    async () => expect(await deliveries.countDocuments({ journey, state: 'deferred', reason: 'senderPaused' })).toBe(5),
    20_000,
  );
  for (const id of ids) await travellers.until(id, { state: 'active', node: 'first', path: [] });
  const report = await createReports(engine.models).report(journey);
  expect(report?.steps[0]).toMatchObject({ waiting: 5, message: { deferred: 5, sent: 0 } });
  await senders.updateOne({}, { $set: { paused: null } });
  expect(await engine.journeys.recall('senderPaused', await sender())).toBe(5);
  for (const id of ids) await travellers.completes(id);
  for (const contact of contacts) expect(await travellers.mailsTo(contact)).toEqual(['First']);
});

it('whoever waits for their turn keeps it when another sender’s limits change, and gets a new place when their own do', async () => {
  const { senders, deliveries } = engine.models;
  await senders.updateOne({}, { $set: { limits: { perSecond: 1, domains: [] } } });
  const { journey, ids } = await come(60);
  const waiting = { journey, state: 'deferred', reason: 'limit' } as const;
  await vi.waitFor(async () => expect(await deliveries.countDocuments(waiting)).toBeGreaterThan(30), 20_000);
  expect(await engine.journeys.recall('limit', { _id: 'another', isDefault: false })).toBe(0);
  const recalledAt = new Date();
  const recalled = await engine.journeys.recall('limit', await sender());
  expect(recalled).toBeGreaterThan(20);
  // At once, not after a batch has waited for the turns of all of them.
  await vi.waitFor(
    async () =>
      expect(await deliveries.countDocuments({ ...waiting, updatedAt: { $gte: recalledAt } })).toBeGreaterThan(20),
    10_000,
  );
  await senders.updateOne({}, { $set: { limits: { perSecond: null, domains: [] } } });
  await engine.models.waitingLines.deleteMany({});
  await engine.journeys.recall('limit', await sender());
  for (const id of ids) await travellers.until(id, { state: 'completed' }, 60_000);
}, 90_000);

it('nobody waits behind a journey that was stopped', async () => {
  const { senders, deliveries, waitingLines } = engine.models;
  await senders.updateOne({}, { $set: { limits: { perSecond: 1, domains: [] } } });
  const longGone = new Date(Date.now() + 3_600_000);
  // A mail that the test before left on its way may have begun the line again.
  await waitingLines.updateOne({ _id: `${(await sender())._id}|` }, { $set: { until: longGone } }, { upsert: true });
  const stopped = await come(3);
  const waiting = { journey: stopped.journey, state: 'deferred', reason: 'limit' } as const;
  await vi.waitFor(async () => expect(await deliveries.countDocuments(waiting)).toBe(3), 20_000);
  const behind = await come(2);
  const theirs = { ...waiting, journey: behind.journey };
  await vi.waitFor(async () => expect(await deliveries.countDocuments(theirs)).toBe(2), 20_000);
  await engine.journeys.states.stop(stopped.journey, 'user:test');
  for (const id of behind.ids) await travellers.until(id, { state: 'completed' }, 30_000);
  const next = await come(1);
  for (const id of next.ids) await travellers.until(id, { state: 'completed' }, 30_000);
  expect(await deliveries.countDocuments({ journey: stopped.journey, state: 'skipped' })).toBe(3);
}, 90_000);

it('people of a limited sender all get their mail, at its pace, and each step is passed once', async () => {
  await engine.models.senders.updateOne({}, { $set: { limits: { perSecond: 4, domains: [] } } });
  const begin = performance.now();
  const { journey, contacts, ids } = await come(48);
  for (const id of ids) await travellers.until(id, { state: 'completed' }, 60_000);
  // No faster than the limit, which is behaviour; how much slower depends on the machine.
  expect((performance.now() - begin) / 1_000).toBeGreaterThan(47 / 4.2);
  for (const contact of contacts) expect(await travellers.mailsTo(contact)).toEqual(['First']);
  expect(await travellers.way(ids[0] ?? '')).toEqual(['first.next', 'end.end']);
  expect(await engine.models.deliveries.countDocuments({ journey, state: 'sent' })).toBe(48);
}, 90_000);
