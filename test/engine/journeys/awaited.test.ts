import { afterAll, beforeAll, expect, test } from 'vitest';
import { pendingEvent } from '#engine/events/incoming.ts';
import { eventsSince } from '#engine/journeys/awaited.ts';
import { buildIndexes, type Models } from '#engine/models/index.ts';
import { insertNew } from '#engine/models/insert-new.ts';
import { openModels } from '../../support/mongo.ts';

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;
beforeAll(async () => {
  database = await openModels();
  models = database.models;
  await buildIndexes(models);
});
afterAll(() => database.close());

const SECOND = 1_000;
const ago = (seconds: number) => new Date(Date.now() - seconds * SECOND);

function ordered(_id: string, contact: string, receivedAt: Date, more: { name?: string; history?: boolean } = {}) {
  const { name = 'Ordered', history } = more;
  const row = { _id, kind: 'track' as const, name, contact, at: receivedAt, receivedAt, properties: {} };
  return { ...pendingEvent({ ...row, value: null, source: 'test' }, {}), ...(history && { history }) };
}

const crowd = Array.from({ length: 200 }, (_, index) => `person-${index}`);
const idsSince = async (countsFrom: Date, contacts: string[]) => {
  const rows = contacts.map((contact) => ({ contact, countsFrom }));
  const found = await eventsSince(models, rows, ['Ordered']);
  return [...found].flatMap(([contact, events]) => events.map(({ _id }) => `${contact} ${_id}`));
};

test('what many people have done lately is theirs, by name and in the order of arrival', async () => {
  await insertNew(models.events, [
    ordered('second', 'person-7', ago(1)),
    ordered('first', 'person-7', ago(2)),
    ordered('too early', 'person-8', ago(60)),
    ordered('imported', 'person-9', ago(1), { history: true }),
    ordered('something else', 'person-9', ago(1), { name: 'Opened' }),
    ordered('a stranger', 'nobody', ago(1)),
  ]);
  const expected = ['person-7 first', 'person-7 second'];
  expect(await idsSince(ago(5), crowd)).toEqual(expected);
  expect(await idsSince(ago(5), ['person-7', 'person-8'])).toEqual(expected);
  expect(await idsSince(ago(100), crowd)).toEqual(['person-8 too early', ...expected]);
});

test('in a rush of events nobody is overlooked', async () => {
  await insertNew(
    models.events,
    Array.from({ length: 300 }, (_, index) => ordered(`rush-${index}`, `person-${index % 150}`, ago(1))),
  );
  const found = await idsSince(ago(3), crowd);
  expect(found.filter((one) => one.includes('rush-'))).toHaveLength(300);
});
