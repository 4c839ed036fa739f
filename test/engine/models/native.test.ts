import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIndexes, type Models } from '#engine/models/index.ts';
import { insertNew } from '#engine/models/insert-new.ts';
import { nativeOf, readRows, updateRows } from '#engine/models/native.ts';
import { openModels } from '../../support/mongo.ts';

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;

beforeAll(async () => {
  database = await openModels();
  models = database.models;
  await buildIndexes(models);
});
afterAll(() => database.close());

const host = (_id: string, times: number) => ({ _id, until: new Date(0), times });
const timesOf = async () =>
  Object.fromEntries((await models.quietHosts.find().lean()).map(({ _id, times }) => [_id, times]));

test('changes of one command are counted by the rows they met and changed', async () => {
  await nativeOf(models.quietHosts).insertMany([host('one', 1), host('two', 1), host('three', 3)]);

  const done = await updateRows(models.quietHosts, [
    { q: { times: 1 }, u: { $set: { times: 2 } }, multi: true },
    { q: { _id: 'three' }, u: { $set: { times: 3 } } },
    { q: { _id: 'nobody' }, u: { $set: { times: 9 } } },
  ]);

  expect(done).toEqual({ met: 3, changed: 2 });
  expect(await timesOf()).toEqual({ one: 2, two: 2, three: 3 });
});

test('new rows go in beside those whose key is taken', async () => {
  await insertNew(models.quietHosts, [host('old', 10)]);
  const rows = Array.from({ length: 150 }, (_, index) => host(`new-${index}`, 11));

  const inserted = await insertNew(models.quietHosts, [...rows.slice(0, 120), host('old', 12), ...rows.slice(120)]);

  expect(inserted).toEqual(rows);
  expect(await models.quietHosts.countDocuments({ times: 11 })).toBe(150);
  expect(await models.quietHosts.findById('old').lean()).toMatchObject({ times: 10 });
});

test('rows are on disk before they are answered for', async () => {
  const { db } = database.connection;
  if (!db) throw new Error('The database is not connected.');
  const commands = vi.spyOn(db, 'command');
  await insertNew(models.quietHosts, [host('kept', 15)]);
  await updateRows(models.quietHosts, [{ q: { _id: 'kept' }, u: { $set: { times: 16 } } }]);
  const concerns = commands.mock.calls.map(([command]) => command['writeConcern']);
  commands.mockRestore();
  expect(concerns).toEqual([
    { w: 'majority', j: true },
    { w: 'majority', j: true },
  ]);
});

test('a row refused for another reason than its key is said', async () => {
  const inserting = insertNew(models.quietHosts, [host('fine', 13), { ...host('', 14), _id: ['a list'] as never }]);

  await expect(inserting).rejects.toThrow(/quietHosts could not be inserted/);
  expect(await models.quietHosts.countDocuments({ times: 13 })).toBe(1);
});

test('a change that fails is said, and those beside it are made', async () => {
  await nativeOf(models.keys).insertMany(
    ['first', 'second', 'third'].map((name) => ({
      _id: name,
      kind: 'api' as const,
      name,
      prefix: name,
      hash: name,
      createdAt: new Date(),
      createdBy: 'test',
      lastUsedAt: null,
    })),
  );

  const changing = updateRows(models.keys, [
    { q: { _id: 'first' }, u: { $set: { hash: 'second' } } },
    { q: { _id: 'third' }, u: { $set: { name: 'renamed' } } },
  ]);

  await expect(changing).rejects.toThrow(/keys could not be changed/);
  const names = (await models.keys.find().lean()).map(({ name, hash }) => `${name} ${hash}`).toSorted();
  expect(names).toEqual(['first first', 'renamed third', 'second second']);
});

test('rows come in one answer, in the order and with the fields asked for', async () => {
  await nativeOf(models.quietHosts).insertMany([host('a', 30), host('b', 31), host('c', 32), host('d', 33)]);
  const wanted = { fields: { times: 1 }, sort: { times: -1 }, limit: 3 } as const;

  const cursor = vi.spyOn(models.quietHosts.collection, 'find');

  expect(await readRows(models.quietHosts, { times: { $gte: 30 } }, wanted)).toEqual([
    { _id: 'd', times: 33 },
    { _id: 'c', times: 32 },
    { _id: 'b', times: 31 },
  ]);
  expect(await readRows(models.quietHosts, { times: 1_000 })).toEqual([]);
  expect(cursor).not.toHaveBeenCalled();
});

test('rows that no single answer holds come all the same', async () => {
  const text = 'x'.repeat(1_000_000);
  const rows = Array.from({ length: 20 }, (_, index) => ({ _id: `large-${index}`, raw: text }));
  await models.inbox.collection.insertMany(rows as never);

  const read = await readRows(models.inbox, { _id: { $gte: 'large-' } }, { sort: { _id: 1 } });

  expect(read.map(({ _id }) => _id)).toEqual(rows.map(({ _id }) => _id).toSorted());
});

test('a question that the database refuses is said as it says it', async () => {
  await expect(readRows(models.quietHosts, { times: { $nonsense: 1 } } as never)).rejects.toThrow(/nonsense/);
});
