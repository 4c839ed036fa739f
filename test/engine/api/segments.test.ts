import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Call } from '#engine/api/handler.ts';
import { segmentHandlers } from '#engine/api/segments.ts';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createMembers, type Members } from '#engine/segments/members.ts';
import { createSegments } from '#engine/segments/segments.ts';
import { silentBuyers, silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { contactRow } from '../../support/people-rows.ts';

let database: Database;
let base: Base;
let members: Members;
let handlers: ReturnType<typeof segmentHandlers>;

beforeAll(async () => {
  database = await openDatabase();
  base = createBase({ config: { ...readConfig(), LOG_LEVEL: 'silent' }, connection: database.connection });
  members = createMembers(base, { enterMembers: async () => undefined });
  handlers = segmentHandlers({ base, segments: createSegments(base), members });
  const orders = [{ name: 'Order Completed', at: new Date('2026-01-01T00:00:00Z'), properties: {}, value: null }];
  await base.models.contacts.create(contactRow('anna', orders), contactRow('bo', []));
});
afterAll(() => database.close());

/** What the router makes of a request, without what these handlers do not read. */
function call<Name extends 'createSegment' | 'updateSegment' | 'deleteSegment' | 'countSegment' | 'getSegment'>(
  given: Partial<Pick<Call<Name>, 'params' | 'body'>>,
): Call<Name> {
  const actor = { kind: 'user', id: 'u', name: 'Ada' } as const;
  return { params: {}, query: undefined, actor, ...given } as Call<Name>;
}

test('a segment is created, counted with a sample, changed, kept while a journey runs on it, and deleted', async () => {
  const { id } = await handlers.createSegment(call<'createSegment'>({ body: silentBuyersSegment }));
  const { condition } = silentBuyersSegment;
  const counted = await handlers.countSegment(call<'countSegment'>({ body: { condition } }));
  expect(counted).toMatchObject({ count: 1, sample: [{ id: 'anna', consent: 'given', sample: false }] });
  const before = await handlers.countSegment(
    call<'countSegment'>({ body: { condition, asOf: '2026-01-31T00:00:00.000Z', clock: 'real' } }),
  );
  expect(before).toEqual({ count: 0, sample: [], asOf: '2026-01-31T00:00:00.000Z' });

  const at = new Date();
  await base.models.journeys.create({
    _id: 'j',
    name: 'Running',
    state: 'running',
    drawing: silentBuyers(id),
    revision: 1,
    plan: 'j.1',
    version: 1,
    createdAt: at,
    updatedAt: at,
    updatedBy: 'user:Ada',
    publishedAt: at,
    sample: false,
  });
  await base.models.plans.collection.insertOne({
    _id: 'j.1',
    journey: 'j',
    entry: { kind: 'segment', segment: id },
  } as object);
  await members.materialise(id);
  const params = { id };
  await expect(handlers.deleteSegment(call<'deleteSegment'>({ params }))).rejects.toMatchObject({ status: 409 });
  expect(await handlers.getSegment(call<'getSegment'>({ params }))).toMatchObject({ usedBy: ['Running'] });

  await handlers.updateSegment(
    call<'updateSegment'>({ params, body: { name: 'All', condition: { kind: 'all', of: [] } } }),
  );
  await members.readTimeEdges();
  expect(await base.models.members.countDocuments({ segment: id, until: null })).toBe(2);

  await base.models.journeys.updateOne({ _id: 'j' }, { $set: { state: 'stopped' } });
  await handlers.deleteSegment(call<'deleteSegment'>({ params }));
  expect(await base.models.members.countDocuments()).toBe(0);
  await expect(handlers.getSegment(call<'getSegment'>({ params }))).rejects.toMatchObject({ status: 404 });
});
