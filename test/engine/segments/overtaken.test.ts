import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBase, type Base } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createMembers } from '#engine/segments/members.ts';
import type { Condition } from '#shared/condition.ts';
import type { Member } from '#shared/segment.ts';
import { afterNextCommand } from '../../support/after-next-command.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { contactRow } from '../../support/people-rows.ts';

let database: Database;
let base: Base;
beforeAll(async () => {
  database = await openDatabase();
  base = createBase({ config: { ...readConfig(), LOG_LEVEL: 'silent' }, connection: database.connection });
});
afterAll(() => database.close());

const tagged = (tag: string): Condition => ({ kind: 'tag', tag, has: true });

test('a condition changed while members are being made is the one they are made by in the end', async () => {
  const { contacts, members: rows, segments, timeReadings } = base.models;
  const members = createMembers(base, { enterMembers: async () => {} });
  const now = new Date();
  await segments.create({
    _id: 's',
    name: 'S',
    condition: tagged('red'),
    createdAt: now,
    updatedAt: now,
    sample: false,
  });
  for (const tag of ['red', 'blue']) await contacts.create({ ...contactRow(tag, [], { clock: 'real' }), tags: [tag] });
  const isMember = ({ insert }: { insert?: string }) => insert === rows.collection.name;
  afterNextCommand(database.connection, isMember, async () => {
    await segments.updateOne({ _id: 's' }, { $set: { condition: tagged('blue') } });
    await members.conditionChanged('s');
  });
  await members.materialise('s');
  const inside = await rows.find({ until: null }).lean<Member[]>();
  expect(inside.map(({ contact }) => contact)).toEqual(['blue']);
  expect(await timeReadings.countDocuments({ completeAt: null })).toBe(0);
});
