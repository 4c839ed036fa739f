import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Base, createBase } from '#engine/base.ts';
import { createClocks } from '#engine/clocks.ts';
import { readConfig } from '#engine/config.ts';
import type { OwnEvent } from '#engine/events/own-event.ts';
import { buildIndexes } from '#engine/models/index.ts';
import type { StoredSample } from '#engine/models/workspace.ts';
import { createSample, type Sample } from '#engine/sample/sample.ts';
import { createMembers, type Members } from '#engine/segments/members.ts';
import { createSegments } from '#engine/segments/segments.ts';
import type { Contact } from '#shared/contact.ts';
import type { Journey } from '#shared/journey.ts';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { peopleParts } from '../../support/people-parts.ts';

const DAY_MS = 86_400_000;
let database: Database;
let base: Base;
let members: Members;
let recorded: OwnEvent[];

beforeAll(async () => {
  database = await openDatabase();
  base = createBase({ config: { ...readConfig(), LOG_LEVEL: 'silent' }, connection: database.connection });
  await buildIndexes(base.models);
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const model of Object.values(base.models)) await model.collection.deleteMany({});
  // What is remembered of the clock of the test before must not outlive it.
  base = { ...base, clocks: createClocks(base.models) };
  recorded = [];
});

function sampleShop(): Sample {
  members = createMembers(base, { enterMembers: async () => undefined });
  const { contacts } = peopleParts(base);
  return createSample(base, { contacts, members, events: { record: async (event) => void recorded.push(event) } });
}

async function until(sample: Sample, state: StoredSample['state'] | undefined): Promise<StoredSample | null> {
  for (;;) {
    const row = await sample.status();
    if (row?.state === state) return row;
    await pause(50);
  }
}

/** Puts the sample's clock some days ahead of its beginning. */
async function clockAt(days: number): Promise<void> {
  const startedAt = new Date(Date.now() - (days * DAY_MS) / 8_640);
  await base.models.clocks.updateOne({ _id: 'sample' }, { $set: { startedAt } });
  await pause(1_100);
}

test('the sample shop loads with today in mid-month, its audience waiting, and is removed without a trace', async () => {
  const sample = sampleShop();
  const began = Date.now();
  expect(await sample.load('fast')).toMatchObject({ state: 'loading', total: 2_357 });
  expect(await sample.load('fast')).toBeNull();
  const row = await until(sample, 'ready');
  expect(Date.now() - began).toBeLessThan(20_000);

  const today = await base.clocks.now('sample');
  expect([today.getUTCDate(), today.getUTCHours()]).toEqual([15, 0]);
  const segments = createSegments(base);
  expect(await segments.count(silentBuyersSegment.condition)).toBe(1_529);
  const journey = await base.models.journeys.findById(row?.journey).lean<Journey>();
  expect(journey).toMatchObject({ state: 'draft', sample: true, drawing: { entry: { kind: 'segment', who: 'both' } } });
  const someone = await base.models.contacts.findOne({ email: 'customer-0001@sample.example.com' }).lean<Contact>();
  expect(someone).toMatchObject({ clock: 'sample', tags: ['sample'], consent: { email: { state: 'given' } } });
  expect(someone?.stage).toBe('ascend');
  expect(someone?.name).toMatch(/^\w+ \w+$/);

  await sample.remove();
  await until(sample, undefined);
  const left = await Promise.all(
    Object.entries(base.models).map(async ([name, model]) => [name, await model.collection.countDocuments()] as const),
  );
  expect(left.filter(([name, count]) => count > 0 && !['settings', 'counters'].includes(name))).toEqual([]);
}, 60_000);

test('a load that was killed is gone on with, and real contacts of the same addresses are let be', async () => {
  const { contacts } = peopleParts(base);
  const identities = [{ kind: 'email' as const, value: 'customer-0001@example.com' }];
  const real = await contacts.resolve(identities, { profile: {} });
  const first = sampleShop();
  await first.load('real');
  await base.models.samples.updateOne({ _id: 'sample' }, { $set: { loaded: 0, touchedAt: new Date(0) } });
  const second = sampleShop();
  await second.tick();
  await until(second, 'ready');
  await Promise.all([first.stop(), second.stop()]);
  expect(await base.models.contacts.countDocuments({ clock: 'sample' })).toBe(2_357);
  expect(await base.models.events.countDocuments({ name: 'Order Completed' })).toBe(
    await base.models.events.countDocuments({ _id: /^sample:order:/ }),
  );
  const clock = await base.models.clocks.findById('sample').lean<{ origin: Date; scale: number }>();
  expect(clock).toMatchObject({ scale: 1, origin: new Date(new Date().setUTCHours(0, 0, 0, 0)) });
  await second.remove();
  await until(second, undefined);
  expect(await base.models.contacts.find().lean<Contact[]>()).toMatchObject([{ _id: real, clock: 'real' }]);
}, 60_000);

test('orders arrive when the clock reaches them, once, with the open coupon of their buyer', async () => {
  const sample = sampleShop();
  await sample.load('fast');
  const loaded = await until(sample, 'ready');
  const journey = loaded?.journey ?? '';
  await sample.tick();
  expect(recorded).toEqual([]);
  await sample.startClock({ journey: 'another', entry: { kind: 'api', source: 'x' } });
  expect((await sample.status())?.state).toBe('ready');
  await sample.startClock({ journey, entry: { kind: 'api', source: 'x' } });
  expect((await sample.status())?.state).toBe('running');

  await clockAt(1);
  await sample.tick();
  const first = recorded.length;
  expect(first).toBeGreaterThan(5);
  const now = await base.clocks.now('sample');
  expect(recorded.every(({ at }) => at <= now)).toBe(true);
  await sample.tick();
  expect(recorded.length - first).toBeLessThan(5);

  // A server that lags behind brings the same events again, by the same ids.
  const before = recorded.splice(0);
  await base.models.coupons.create({
    _id: 'BACK-1',
    issue: 'x',
    contact: before[0]?.contact ?? '',
    redeemedAt: null,
    issuedAt: new Date(before[0]?.at ?? 0),
    deadline: new Date(now.getTime() + 30 * DAY_MS),
  });
  await base.models.samples.updateOne({}, { $set: { nextOrder: loaded?.nextOrder ?? 0 } });
  await sample.tick();
  // Its mail is not sent yet: the buyer does not know the code.
  expect(recorded.splice(0)[0]?.properties).not.toHaveProperty('coupon');
  const mail = { _id: 'x', contact: before[0]?.contact, state: 'sent', sentAt: before[0]?.at } as object;
  await base.models.deliveries.collection.insertOne(mail);
  await base.models.samples.updateOne({}, { $set: { nextOrder: loaded?.nextOrder ?? 0 } });
  await sample.tick();
  expect(recorded.map(({ id }) => id).slice(0, before.length)).toEqual(before.map(({ id }) => id));
  expect(recorded[0]?.properties).toMatchObject({ coupon: 'BACK-1', currency: 'USD' });

  await sample.stop();
}, 60_000);

test('on the first day twenty-eight more people have been silent for a month, each at the same exact instant', async () => {
  const sample = sampleShop();
  await sample.load('fast');
  const loaded = await until(sample, 'ready');
  const joined: Date[] = [];
  members = createMembers(base, {
    enterMembers: async (_, people) => void joined.push(...people.map(({ since }) => since)),
  });
  const segment = await base.models.segments.findOne({ sample: true }).lean<{ _id: string }>();
  await members.materialise(segment?._id ?? '');
  expect(await base.models.members.countDocuments({ until: null, clock: 'sample' })).toBe(1_529);
  const origin = await base.clocks.now('sample');
  await sample.startClock({ journey: loaded?.journey ?? '', entry: { kind: 'api', source: 'x' } });
  await clockAt(0.5);
  await members.readTimeEdges();
  expect(joined).toEqual(Array.from({ length: 28 }, () => new Date(origin.getTime() + 1)));
  await sample.stop();
}, 60_000);
