import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createJourney } from '#engine/journeys/create-journey.ts';
import { createPreview } from '#engine/journeys/preview.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { nativeOf } from '#engine/models/native.ts';
import type { Condition } from '#shared/condition.ts';
import type { Contact } from '#shared/contact.ts';
import { draw, says, step } from '../../support/drawing.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { contactRow } from '../../support/people-rows.ts';
import { runOf } from '../../support/runs.ts';

let database: Database;
let base: Base;
beforeAll(async () => {
  database = await openDatabase();
  base = createBase({ config: { ...readConfig({}), LOG_LEVEL: 'silent' }, connection: database.connection });
  await buildIndexes(base.models);
});
afterAll(() => database.close());

const refused = { email: { state: 'withdrawn', at: null, source: 'test' } } as const;

/** Who is in the segment, and what becomes of them. */
const crowd: Record<string, Partial<Contact>> = {
  'reached-1': {},
  'reached-2': {},
  'reached-3': { email: 'new@example.com' },
  'no-address': { email: null },
  'no-address-nor-consent': { email: null, consent: refused },
  'no-consent': { consent: refused },
  'suppressed-1': {},
  'suppressed-without-consent': { consent: refused },
  inside: {},
  'inside-and-suppressed': {},
  'inside-without-address': { email: null },
  barred: {},
  'through-and-free': {},
  outside: { tags: [] },
};

async function previewOf(name: string, condition: Condition) {
  const { models } = base;
  for (const model of [models.contacts, models.identities, models.suppressions, models.enrollments])
    await model.collection.deleteMany({});
  const people = Object.entries(crowd).map(([id, rest]) =>
    contactRow(id, [], { tags: ['in'], profile: { points: '12' }, ...rest }),
  );
  await models.contacts.insertMany(people);
  const address = (id: string) => ({ _id: `email:${id}@example.com`, kind: 'email', value: id, contact: id });
  await models.identities.insertMany(Object.keys(crowd).map(address));
  // The address that `reached-3` had before is suppressed, the one they are mailed at is not.
  for (const id of ['suppressed-1', 'suppressed-without-consent', 'inside-and-suppressed', 'reached-3', 'outside'])
    await nativeOf(models.suppressions).insertOne({ _id: `email:${id}@example.com` } as never);
  const now = new Date();
  await models.segments.create({ _id: name, name, condition, createdAt: now, updatedAt: now, sample: false });
  const drawing = draw([step('hello', 'message', { message: says('Hello') }), step('end', 'exit')], ['hello -> end'], {
    entry: { kind: 'segment', source: 'crm', segment: name, who: 'matching' },
  });
  const { _id: journey } = await createJourney(models, { name, drawing, actor: 'test', sample: false });
  const over = { state: 'completed', group: null, due: null } as const;
  await models.enrollments.insertMany([
    runOf(journey, 'inside'),
    runOf(journey, 'inside-and-suppressed'),
    runOf(journey, 'inside-without-address'),
    runOf(journey, 'outside'),
    runOf(journey, 'barred', over),
    runOf(journey, 'through-and-free', { ...over, slot: `${journey}:through-and-free::1` }),
    runOf(`${journey}0`, 'reached-1'),
  ]);
  const preview = createPreview({ base, problemsOf: async () => [], workspaceZone: async () => 'UTC' });
  return preview(journey);
}

describe('who a publication reaches is counted, each under the first reason that leaves them out,', () => {
  const isIn = { kind: 'tag', tag: 'in', has: true } as const;
  const expected = {
    matching: 13,
    mailable: 4,
    leftOut: { alreadyInside: 4, noAddress: 2, suppressed: 2, noConsent: 1 },
  };

  it('by the database where it can tell', async () => {
    expect(await previewOf('told', { kind: 'all', of: [isIn] })).toMatchObject(expected);
  });

  it('one by one where it cannot', async () => {
    const points = { kind: 'profile', path: 'points', operator: 'greaterThan', value: 11 } as const;
    expect(await previewOf('judged', { kind: 'all', of: [isIn, points] })).toMatchObject(expected);
  });
});
