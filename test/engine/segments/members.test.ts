import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createBase, type Base } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createMembers, type Members } from '#engine/segments/members.ts';
import type { SeenEvent } from '#shared/evaluate.ts';
import type { Member } from '#shared/segment.ts';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { afterNextCommand } from '../../support/after-next-command.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { contactRow, eventRow } from '../../support/people-rows.ts';
import { summariesOf } from '../../support/random-people.ts';

const DAY_MS = 86_400_000;
let database: Database;
let base: Base;
let members: Members;
let told: { contact: string; since: Date }[];
/** The clock the people here live by: origin in the past, a thousand days a second. */
const origin = new Date('2026-01-31T00:00:00Z');

beforeAll(async () => {
  database = await openDatabase();
  base = createBase({ config: { ...readConfig(), LOG_LEVEL: 'silent' }, connection: database.connection });
});
afterAll(() => database.close());

beforeEach(async () => {
  const { contacts, events, segments, timeReadings, clocks } = base.models;
  for (const model of [contacts, events, segments, timeReadings, clocks, base.models.members])
    await model.collection.deleteMany({});
  told = [];
  members = createMembers(base, { enterMembers: async (_, joined) => void told.push(...joined) });
  await segments.create({ _id: 's', ...silentBuyersSegment, createdAt: origin, updatedAt: origin, sample: false });
});

function order(daysAgo: number): SeenEvent {
  return { name: 'Order Completed', at: new Date(origin.getTime() - daysAgo * DAY_MS), properties: {}, value: null };
}

async function person(id: string, ...orders: SeenEvent[]): Promise<void> {
  await base.models.events.insertMany(orders.map((event, index) => eventRow(id, index, event)));
  await base.models.contacts.create(contactRow(id, orders, { clock: 'test' }));
}

/** Lets the clock show an instant some days after its origin, from now on. */
async function clockAt(days: number): Promise<void> {
  await base.models.clocks.deleteMany({});
  const shown = new Date(origin.getTime() + days * DAY_MS);
  await base.models.clocks.create({ _id: 'test', origin: shown, startedAt: null, scale: 1, scaledUntil: null });
  base.clocks = (await import('#engine/clocks.ts')).createClocks(base.models);
  members = createMembers(base, { enterMembers: async (_, joined) => void told.push(...joined) });
}

const rows = () => base.models.members.find().sort({ _id: 1 }).lean<Member[]>();

test('whoever becomes silent today joins at the exact instant, and nobody else is read', async () => {
  await clockAt(0);
  await person('long-silent', order(45));
  await person('nearly', order(29));
  await person('recent', order(2));
  await members.materialise('s');
  expect((await rows()).map(({ contact }) => contact)).toEqual(['long-silent']);
  expect(told).toEqual([]);

  await clockAt(1.5);
  const { db } = database.connection;
  if (!db) throw new Error('The database is not connected.');
  const commands = vi.spyOn(db, 'command');
  await members.readTimeEdges();
  const seen = commands.mock.calls.map(([command]) => JSON.stringify(command));
  commands.mockRestore();
  const since = new Date(origin.getTime() + DAY_MS + 1);
  expect(told).toEqual([{ contact: 'nearly', since }]);
  expect((await rows()).map(({ contact, since: at }) => [contact, at])).toEqual([
    ['long-silent', origin],
    ['nearly', since],
  ]);
  expect(seen.some((command) => command.includes('nearly'))).toBe(true);
  expect(seen.filter((command) => command.includes('long-silent') || command.includes('recent'))).toEqual([]);
});

test('reading the same time again, or publishing again, tells nobody twice', async () => {
  await clockAt(0);
  await person('nearly', order(29));
  await members.materialise('s');
  await clockAt(2);
  await members.readTimeEdges();
  await base.models.timeReadings.updateMany({}, { $set: { readUntil: origin } });
  await members.readTimeEdges();
  await members.materialise('s');
  expect(told).toHaveLength(1);
});

test('an order ends a membership, and the end of the next silence begins none, since it was the second order', async () => {
  await clockAt(0);
  await person('buyer', order(45));
  await members.materialise('s');
  const orders = [order(45), order(0)];
  await base.models.contacts.updateOne(
    { _id: 'buyer' },
    { $set: { summaries: summariesOf(orders) }, $inc: { revision: 1 } },
  );
  await members.refresh(['buyer']);
  expect((await rows()).map(({ until }) => until)).toEqual([origin]);
  await clockAt(60);
  await members.readTimeEdges();
  expect((await rows()).map(({ until }) => until)).toEqual([origin]);
  expect(told).toEqual([]);
});

test('who begins to match by an event is told at once; imported history makes members silently', async () => {
  await clockAt(0);
  await members.materialise('s');
  await person('told', order(45));
  await person('absorbed', order(45));
  await members.absorb(['absorbed']);
  await members.refresh(['absorbed', 'told']);
  expect(told.map(({ contact }) => contact)).toEqual(['told']);
  expect(await members.page('s', null, 1)).toMatchObject({ rows: [{ contact: 'absorbed' }], cursor: 's:absorbed' });
  expect(await members.page('s', 's:absorbed', 5)).toMatchObject({ rows: [{ contact: 'told' }], cursor: null });
});

test('a joiner whose announcement was cut off is announced again', async () => {
  await clockAt(0);
  await members.materialise('s');
  await person('late', order(45));
  const broken = createMembers(base, {
    enterMembers: async () => {
      throw new Error('cut off');
    },
  });
  await expect(broken.refresh(['late'])).rejects.toThrow('cut off');
  await base.models.members.updateMany({}, { $set: { changedAt: new Date(Date.now() - 60_000) } });
  await members.readTimeEdges();
  await members.readTimeEdges();
  expect(told.map(({ contact }) => contact)).toEqual(['late']);
});

test('a changed condition ends members who match no longer, and takes in others', async () => {
  await clockAt(0);
  await person('once', order(45));
  await person('twice', order(45), order(44));
  await members.materialise('s');
  const [first, second] = silentBuyersSegment.condition.kind === 'all' ? silentBuyersSegment.condition.of : [];
  const condition = { kind: 'all', of: [{ ...first, times: 2 }, second] };
  await base.models.segments.updateOne({ _id: 's' }, { $set: { condition } });
  await members.conditionChanged('s');
  await members.readTimeEdges();
  const now = await rows();
  expect(now.filter(({ until }) => until === null).map(({ contact }) => contact)).toEqual(['twice']);
  expect(told).toEqual([]);
});

/** Lets something happen between the next reading of contacts and what is made of it, as another server would. */
function afterNextReading(meanwhile: () => Promise<void>): void {
  const { connection } = database;
  afterNextCommand(connection, ({ find }) => find === base.models.contacts.collection.name, meanwhile);
}

async function orders(id: string, ...all: SeenEvent[]): Promise<void> {
  const update = { $set: { summaries: summariesOf(all) }, $inc: { revision: 1 } };
  await base.models.contacts.updateOne({ _id: id }, update);
}

test('what was judged from a contact as it was makes nobody a member whom another server has judged since', async () => {
  await clockAt(0);
  await members.materialise('s');
  await person('buyer', order(45));
  afterNextReading(async () => {
    await orders('buyer', order(45), order(0));
    await members.refresh(['buyer']);
  });
  await members.refresh(['buyer']);
  expect((await rows()).filter(({ until }) => until === null)).toEqual([]);
  expect(told).toEqual([]);
});

test('what was judged from a contact as it was ends no membership that another server has found since', async () => {
  await clockAt(0);
  await members.materialise('s');
  await person('returned', order(45), order(44));
  afterNextReading(async () => {
    await orders('returned', order(45));
    await members.refresh(['returned']);
  });
  await members.refresh(['returned']);
  expect(await rows()).toMatchObject([{ contact: 'returned', until: null, since: origin }]);
  expect(told).toEqual([{ contact: 'returned', since: origin }]);
});

test('who orders while time makes them silent is judged by the order', async () => {
  await clockAt(0);
  await person('nearly', order(29));
  await members.materialise('s');
  await clockAt(1.5);
  const readEdges = members.readTimeEdges;
  const watched = base.models.events.collection;
  const find = watched.find.bind(watched);
  Reflect.set(watched, 'find', (...given: Parameters<typeof find>) => {
    Reflect.deleteProperty(watched, 'find');
    const cursor = find(...given);
    const project = cursor.project.bind(cursor);
    Reflect.set(cursor, 'project', (...fields: Parameters<typeof project>) => {
      const projected = project(...fields);
      const toArray = projected.toArray.bind(projected);
      projected.toArray = async () => {
        const found = await toArray();
        await orders('nearly', order(29), order(0));
        await members.refresh(['nearly']);
        return found;
      };
      return projected;
    });
    return cursor;
  });
  await readEdges();
  expect((await rows()).filter(({ until }) => until === null)).toEqual([]);
  expect(told).toEqual([]);
});

test('a membership stored before it was kept what it was judged of ends like any other', async () => {
  await clockAt(0);
  await person('buyer', order(45));
  await members.materialise('s');
  await base.models.members.collection.updateMany({}, { $unset: { revision: 1, judgedAt: 1 } });
  const { contacts, events } = base.models;
  await events.insertMany([eventRow('buyer', 1, order(0))]);
  await contacts.updateOne({ _id: 'buyer' }, { $set: { summaries: summariesOf([order(45), order(0)]), revision: 9 } });
  await members.refresh(['buyer']);
  expect(await rows()).toMatchObject([{ contact: 'buyer', until: expect.any(Date), revision: 9 }]);
});
