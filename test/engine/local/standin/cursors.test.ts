import type { Db, Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { range, StandInProcess } from './process.ts';

interface Row extends Document {
  _id: number;
}

const standIn = new StandInProcess();
let db: Db;
beforeAll(async () => {
  db = await standIn.start();
});
afterAll(() => standIn.dispose());

test('a cursor goes on where it stopped while documents come and go', async () => {
  const rows = db.collection<Row>('moving');
  await rows.insertMany(range(1000).map((i) => ({ _id: i })));
  const seen: number[] = [];
  for await (const { _id } of rows.find().batchSize(10)) {
    seen.push(_id);
    if (_id % 2 === 0 && _id === 200) await rows.deleteMany({ _id: { $gt: 500, $lt: 600 } });
    if (_id === 500) await rows.insertOne({ _id: 5000 });
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining([499, 600, 998, 5000]));
  expect(seen).not.toContain(580);
});

test('a cursor over a collection that is dropped ends with an error', async () => {
  const rows = db.collection<Row>('doomed');
  await rows.insertMany(range(2000).map((i) => ({ _id: i })));
  const cursor = rows.find().batchSize(5);
  await cursor.next();
  await rows.drop();
  await expect(cursor.toArray()).rejects.toMatchObject({ codeName: 'QueryPlanKilled' });
});

test('a large answer comes in several batches, whatever its order', async () => {
  const rows = db.collection<Row>('batches');
  await rows.insertMany(range(3000).map((i) => ({ _id: i, n: (i * 7) % 3000, text: 'x'.repeat(2000) })));
  expect((await rows.find().sort({ n: -1 }).toArray()).map(({ n }) => n as unknown)).toEqual(range(3000).reverse());
  expect(await rows.find().skip(2990).toArray()).toHaveLength(10);
  expect(await rows.find({}, { batchSize: 7 }).limit(20).toArray()).toHaveLength(20);
});

test('a write is not held up by a scan', async () => {
  const rows = db.collection<Row>('long');
  for (const part of range(20))
    await rows.insertMany(range(2000).map((i) => ({ _id: part * 2000 + i, a: i, text: 'x'.repeat(300) })));
  let scanning = true;
  const scan = rows.countDocuments({ a: { $gt: -1 }, text: /y$/ }).finally(() => (scanning = false));
  let writes = 0;
  for (; scanning; writes++) await db.collection<Row>('short').insertOne({ _id: writes });
  expect(await scan).toBe(0);
  expect(writes).toBeGreaterThan(3);
});
