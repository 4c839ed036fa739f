import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { MongoBulkWriteError, type Collection, type Db, type Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, range, StandInProcess } from './process.ts';

interface Row extends Document {
  _id: string | number;
}

const standIn = new StandInProcess();
let db: Db;
beforeAll(async () => {
  db = await standIn.start({ writeConcern: { w: 'majority', j: true } });
});
afterAll(() => standIn.dispose());

let collections = 0;
const fresh = (): Collection<Row> => db.collection<Row>(`c${++collections}`);

test('of two clients that race for one row, exactly one wins, every time', async () => {
  const rows = fresh();
  await rows.insertMany(range(100).map((i) => ({ _id: i, state: 'open' })));
  const claim = async (token: string): Promise<number[]> => {
    const results = await Promise.all(
      range(100).map((i) => rows.updateOne({ _id: i, state: 'open' }, { $set: { state: 'taken', token } })),
    );
    return results.map(({ modifiedCount }) => modifiedCount);
  };
  const [a, b] = await Promise.all([claim('a'), claim('b')]);
  expect(a.map((won, i) => won + (b[i] ?? 0))).toEqual(range(100).map(() => 1));
  const tokens = (await rows.find().sort({ _id: 1 }).toArray()).map(({ token }) => token as unknown);
  expect(tokens).toEqual(a.map((won) => (won ? 'a' : 'b')));
});

test('of fifty that claim by findOneAndUpdate, one gets the document', async () => {
  const rows = fresh();
  await rows.insertOne({ _id: 'job', state: 'open' });
  const claims = await Promise.all(
    range(50).map((token) =>
      rows.findOneAndUpdate({ state: 'open' }, { $set: { state: 'taken', token } }, { returnDocument: 'after' }),
    ),
  );
  const winners = claims.filter((claim) => claim !== null);
  expect(winners).toHaveLength(1);
  expect(await rows.findOne({ _id: 'job' })).toEqual(winners[0]);
});

test('concurrent increments add up, and concurrent upserts make one document', async () => {
  const rows = fresh();
  await rows.createIndex({ email: 1 }, { unique: true });
  await Promise.all(range(100).map(() => rows.updateOne({ email: 'x' }, { $inc: { n: 1 } }, { upsert: true })));
  expect((await rows.find().toArray()).map(({ n }) => n as unknown)).toEqual([100]);
});

test('a bulk compare-and-set says what matched and what it modified', async () => {
  const rows = fresh();
  await rows.insertMany(range(500).map((i) => ({ _id: `e${i}`, group: i % 2 ? 'g' : 'other', seq: 1, path: [] })));
  const move = (group: string) =>
    rows.bulkWrite(
      range(500).map((i) => ({
        updateOne: {
          filter: { _id: `e${i}`, group: 'g', seq: 1 },
          update: { $set: { group, seq: 2 }, $push: { path: { node: 'n' } } },
        },
      })) as never,
      { ordered: false },
    );
  const [first, second] = [await move('next'), await move('next')];
  expect([first.matchedCount, first.modifiedCount]).toEqual([250, 250]);
  expect([second.matchedCount, second.modifiedCount]).toEqual([0, 0]);
  expect(await rows.countDocuments({ group: 'next', seq: 2, path: { $size: 1 } })).toBe(250);
});

test('an unordered insert stores all but the duplicates, and names each by its index', async () => {
  const rows = fresh();
  await rows.insertMany(range(50).map((i) => ({ _id: 2 * i + 1 })));
  const error = await failureOf(
    rows.insertMany(
      range(100).map((i) => ({ _id: i })),
      { ordered: false },
    ),
  );
  if (!(error instanceof MongoBulkWriteError)) throw error;
  expect([error.code, error.insertedCount]).toEqual([11000, 50]);
  expect([error.writeErrors].flat().map(({ index, code }) => [index, code])).toEqual(
    range(50).map((i) => [2 * i + 1, 11000]),
  );
  expect(await rows.countDocuments()).toBe(100);
});

test('an ordered insert stops at the first duplicate', async () => {
  const rows = fresh();
  expect(await failureOf(rows.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }]))).toMatchObject({
    code: 11000,
    insertedCount: 1,
  });
  expect(await rows.countDocuments()).toBe(1);
});

test('a compound unique index holds for inserts, updates and upserts, and the error names the key', async () => {
  const rows = fresh();
  await rows.createIndex({ journey: 1, contact: 1 }, { unique: true });
  await rows.insertMany([
    { _id: 1, journey: 'a', contact: 'x' },
    { _id: 2, journey: 'a', contact: 'y' },
  ]);
  const inserted = await failureOf(rows.insertOne({ _id: 3, journey: 'a', contact: 'y' }));
  expect(inserted).toMatchObject({
    code: 11000,
    keyPattern: { journey: 1, contact: 1 },
    keyValue: { journey: 'a', contact: 'y' },
  });
  expect(inserted.message).toMatch(
    /E11000 duplicate key error collection: pasture\.\w+ index: journey_1_contact_1 dup key/,
  );
  expect(await failureOf(rows.updateOne({ _id: 1 }, { $set: { contact: 'y' } }))).toMatchObject({ code: 11000 });
  expect(
    await failureOf(rows.updateOne({ _id: 4 }, { $set: { journey: 'a', contact: 'y' } }, { upsert: true })),
  ).toMatchObject({ code: 11000 });
  expect((await rows.find().toArray()).map(({ contact }) => contact as unknown)).toEqual(['x', 'y']);
});

test('a sparse unique index leaves out who lacks the field', async () => {
  const rows = fresh();
  await rows.createIndex({ e: 1 }, { unique: true, sparse: true });
  await rows.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, e: 'e' }]);
  expect(await failureOf(rows.insertOne({ _id: 4, e: 'e' }))).toMatchObject({ code: 11000 });
  expect(await rows.countDocuments({ e: null })).toBe(2);
  expect(await rows.find({}).sort({ e: 1 }).toArray()).toHaveLength(3);
});

test('an index that the documents break is not built, and the server goes on', async () => {
  const rows = fresh();
  await rows.insertMany([
    { _id: 1, u: 1 },
    { _id: 2, u: 1 },
  ]);
  expect(await failureOf(rows.createIndex({ u: 1 }, { unique: true }))).toMatchObject({ code: 11000 });
  expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  expect(await rows.countDocuments({ u: 1 })).toBe(2);
});

test('a second process on the same file fails and says why', async () => {
  const second = standIn.run();
  if (!second.stderr) throw new Error('no output');
  const [output, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')]);
  expect([output, code]).toEqual([expect.stringContaining('in use by another process'), 1]);
});

test('databases in one file are kept apart', async () => {
  const other = standIn.client.db('other');
  await other.collection('things').insertOne({ n: 1 });
  expect(await db.collection('things').countDocuments()).toBe(0);
  await other.dropDatabase();
  expect(await other.listCollections().toArray()).toEqual([]);
  expect((await db.listCollections({}, { nameOnly: true }).toArray()).length).toBeGreaterThan(5);
});

test('a clean stop exits with 0, and a restart finds documents and indexes', async () => {
  const rows = fresh();
  await rows.createIndex({ tags: 1 });
  await rows.insertMany([
    { _id: 1, tags: ['a', 'b'] },
    { _id: 2, tags: ['b'] },
  ]);
  expect(await standIn.stop('SIGTERM')).toBe(0);
  db = await standIn.start();
  const reopened = db.collection<Row>(rows.collectionName);
  expect((await reopened.find({ tags: 'b' }).toArray()).length).toBe(2);
  expect((await reopened.indexes()).map(({ name }) => name)).toEqual(['_id_', 'tags_1']);
  expect(await standIn.stop('SIGINT')).toBe(0);
  db = await standIn.start();
});
