import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIndexes, type Models } from '#engine/models/index.ts';
import { openModels } from '../../support/mongo.ts';

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;

beforeAll(async () => {
  database = await openModels();
  models = database.models;
});
afterAll(() => database.close());

const namesOf = async () => new Set((await models.deliveries.collection.indexes()).map(({ name }) => name));

test('indexes that an earlier build made and nothing asks for are dropped, and the others stay', async () => {
  await buildIndexes(models);
  const wanted = await namesOf();
  await models.deliveries.collection.createIndex({ contact: 1, sentAt: -1 });
  await models.deliveries.collection.createIndex({ journey: 1, step: 1, state: 1, _id: 1 });
  await models.deliveries.collection.createIndex({ address: 1 });
  await models.enrollments.collection.createIndex({ contact: 1, state: 1 });
  expect((await namesOf()).size).toBe(wanted.size + 3);

  await buildIndexes(models);

  expect(await namesOf()).toEqual(new Set([...wanted, 'address_1']));
  const runs = await models.enrollments.collection.indexes();
  expect(runs.map(({ name }) => name)).not.toContain('contact_1_state_1');
});
