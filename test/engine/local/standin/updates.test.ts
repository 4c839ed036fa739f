import { Binary, type Collection, type Db, type Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, range, StandInProcess } from './process.ts';

interface Row extends Document {
  _id: number | string;
}

const standIn = new StandInProcess();
let db: Db;
beforeAll(async () => {
  db = await standIn.start();
});
afterAll(() => standIn.dispose());

let collections = 0;
async function rowsOf(...docs: Row[]): Promise<Collection<Row>> {
  const rows = db.collection<Row>(`u${++collections}`);
  await rows.insertMany(docs);
  return rows;
}

async function updated(doc: Document, update: Document): Promise<Document> {
  const rows = await rowsOf({ _id: 1, ...doc });
  await rows.updateOne({ _id: 1 }, update);
  return (await rows.findOne({ _id: 1 }, { projection: { _id: 0 } })) ?? {};
}

const CASES: [does: string, doc: Document, update: Document, expected: Document][] = [
  ['$set puts a value, making documents on the way', { a: 1 }, { $set: { 'b.c': 2, a: 3 } }, { a: 3, b: { c: 2 } }],
  ['$set changes one element of a list', { l: [1, 2] }, { $set: { 'l.1': 9, 'l.3': 7 } }, { l: [1, 9, null, 7] }],
  ['$unset takes fields away', { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': 1, x: 1 } }, { b: { d: 2 } }],
  ['$inc adds, from nothing too', { a: 1 }, { $inc: { a: 4, 'n.m': -1 } }, { a: 5, n: { m: -1 } }],
  ['$min and $max compare', { a: 3, b: 3 }, { $min: { a: 2, b: 9, c: 1 }, $max: { d: 5 } }, { a: 2, b: 3, c: 1, d: 5 }],
  ['$push appends', { l: [1] }, { $push: { l: { n: 2 }, m: 1 } }, { l: [1, { n: 2 }], m: [1] }],
  [
    '$set and $push of whole fields leave the others as they are',
    { a: 1.5, l: [1, 'x'], n: null, d: { e: [true] }, z: new Date(7) },
    { $set: { n: { m: 2 }, new: [] }, $push: { l: { $each: [{ q: 1 }, 'y'] }, other: { $each: [7] } } },
    {
      a: 1.5,
      l: [1, 'x', { q: 1 }, 'y'],
      n: { m: 2 },
      d: { e: [true] },
      z: new Date(7),
      new: [],
      other: [7],
    },
  ],
  ['$push keeps the last', { l: [1, 2] }, { $push: { l: { $each: [3, 4], $slice: -3 } } }, { l: [2, 3, 4] }],
  ['$push keeps the first', {}, { $push: { l: { $each: [3, 4], $slice: 1 } } }, { l: [3] }],
  [
    '$addToSet adds what is new',
    { l: ['a', 'b'] },
    { $addToSet: { l: { $each: ['b', 'c', 'c'] } } },
    { l: ['a', 'b', 'c'] },
  ],
  ['$addToSet compares documents', { l: [{ a: 1 }] }, { $addToSet: { l: { a: 1 } } }, { l: [{ a: 1 }] }],
  ['$pull takes out by value', { l: [1, 2, 1] }, { $pull: { l: 1 } }, { l: [2] }],
  ['$pull takes out by conditions', { l: [1, 5, 9] }, { $pull: { l: { $gte: 5 } } }, { l: [1] }],
  ['$pull takes out documents', { l: [{ q: 1 }, { q: 5 }] }, { $pull: { l: { q: { $gte: 5 } } } }, { l: [{ q: 1 }] }],
  ['$setOnInsert leaves what is there', { a: 1 }, { $setOnInsert: { a: 2 }, $set: { b: 1 } }, { a: 1, b: 1 }],
];

test.each(CASES)('%s', async (_does, doc, update, expected) => {
  expect(await updated(doc, update)).toEqual(expected);
});

test('an update that changes nothing matches without modifying', async () => {
  const at = new Date(5);
  const same = { a: 1, at, sub: { x: 1 }, l: [1], m: 5, p: [1], q: [1], o: 3 };
  const rows = await rowsOf({ _id: 1, ...same });
  const update = {
    $set: { a: 1, at, sub: { x: 1 } },
    $addToSet: { l: 1 },
    $max: { m: 0 },
    $pull: { p: 9 },
    $push: { q: { $each: [], $slice: 5 } },
    $min: { o: 9 },
    $unset: { none: 1 },
  };
  const result = await rows.updateOne({ _id: 1 }, update as never);
  expect([result.matchedCount, result.modifiedCount]).toEqual([1, 0]);
  expect((await rows.replaceOne({ _id: 1 }, same)).modifiedCount).toBe(0);
  expect((await rows.replaceOne({ _id: 1 }, { b: 2 })).modifiedCount).toBe(1);
  expect(await rows.findOne()).toEqual({ _id: 1, b: 2 });
});

test('what does not fit a document is an error and changes nothing', async () => {
  const rows = await rowsOf({ _id: 1, text: 'x', sub: { n: 1 } });
  const codeOf = async (update: Document): Promise<unknown> =>
    (await failureOf(rows.updateOne({ _id: 1 }, update))).code;
  expect(await codeOf({ $inc: { text: 1 } })).toBe(14);
  expect(await codeOf({ $set: { ok: 1 }, $push: { text: 1 } })).toBe(2);
  expect(await codeOf({ $set: { 'text.sub': 1 } })).toBe(28);
  expect(await codeOf({ $set: { sub: {}, 'sub.n': 2 } })).toBe(40);
  expect(await codeOf({ $set: { _id: 2 } })).toBe(66);
  expect(await codeOf({ $frob: { a: 1 } })).toBe(9);
  expect(await rows.findOne()).toEqual({ _id: 1, text: 'x', sub: { n: 1 } });
});

test('an upsert takes the equalities of its filter', async () => {
  const rows = await rowsOf({ _id: 1 });
  const upsert = { upsert: true };
  const { upsertedId } = await rows.updateOne(
    { a: 1, 'b.c': { $eq: 2 }, d: { $gt: 3 }, $and: [{ e: 'e' }] },
    { $set: { f: 4 }, $setOnInsert: { g: 5 } },
    upsert,
  );
  const made = await rows.findOne({ _id: upsertedId as never }, { projection: { _id: 0 } });
  expect(made).toEqual({ a: 1, b: { c: 2 }, e: 'e', f: 4, g: 5 });
  await rows.updateOne({ a: 1 }, { $setOnInsert: { g: 6 }, $set: { f: 5 } }, upsert);
  expect(await rows.findOne({ a: 1 }, { projection: { _id: 0, f: 1, g: 1 } })).toEqual({ f: 5, g: 5 });
  await rows.replaceOne({ _id: 'r' }, { x: 1 }, upsert);
  expect(await rows.findOne({ _id: 'r' })).toEqual({ _id: 'r', x: 1 });
  const options = { ...upsert, returnDocument: 'after', projection: { y: 1 } } as const;
  expect(await rows.findOneAndUpdate({ _id: 'm' }, { $setOnInsert: { y: 1, z: 1 } }, options)).toEqual({
    _id: 'm',
    y: 1,
  });
  expect(await rows.findOneAndDelete({ _id: 'm' })).toEqual({ _id: 'm', y: 1, z: 1 });
});

test('many are updated, and deleted, by list, token and state', async () => {
  const rows = await rowsOf(
    ...range(1000).map((i) => ({ _id: `d${i}`, token: `t${i % 2}`, state: i % 3 ? 'claimed' : 'sent' })),
  );
  const _id = { $in: range(500).map((i) => `d${i}`) };
  const expected = range(500).filter((i) => i % 2 === 0 && i % 3 !== 0).length;
  const result = await rows.updateMany(
    { _id, token: 't0', state: 'claimed' },
    { $set: { state: 'started', flush: 'f' } },
  );
  expect(result.modifiedCount).toBe(expected);
  expect(await rows.countDocuments({ flush: 'f', state: 'started' })).toBe(expected);
  expect((await rows.deleteMany({ flush: 'f' })).deletedCount).toBe(expected);
  expect((await rows.deleteOne({ token: 't1' })).deletedCount).toBe(1);
  expect(await rows.estimatedDocumentCount()).toBe(1000 - expected - 1);
});

test('an update that moves rows along the very index it reads meets each once', async () => {
  const rows = await rowsOf(...range(600).map((i) => ({ _id: i, n: i })));
  await rows.createIndex({ n: 1 });
  expect((await rows.updateMany({ n: { $gte: 0 } }, { $inc: { n: 100 } })).modifiedCount).toBe(600);
  expect((await rows.find().sort({ n: 1 }).toArray()).map(({ n }) => n as unknown)).toEqual(
    range(600).map((i) => i + 100),
  );
});

test('an _id is put first, and made where there is none', async () => {
  await db.command({ insert: 'ids', documents: [{ b: 1, _id: 'x' }, { b: 2 }] });
  const stored = await db.collection('ids').find().sort({ b: 1 }).toArray();
  expect(stored.map((doc) => Object.keys(doc))).toEqual([
    ['_id', 'b'],
    ['_id', 'b'],
  ]);
  expect(stored[1]?._id).toHaveProperty('_bsontype', 'ObjectId');
});

test('byte strings that no text could tell apart are told apart', async () => {
  const rows = await rowsOf(
    { _id: 1, hash: new Binary(Buffer.from([0xff, 1])) },
    { _id: 2, hash: new Binary(Buffer.from([0xfe, 1])) },
  );
  expect((await rows.find({ hash: new Binary(Buffer.from([0xfe, 1])) }).toArray()).map(({ _id }) => _id)).toEqual([2]);
});

test('an update that names nothing is a document without fields', async () => {
  const rows = await rowsOf({ _id: 1, a: 1 });
  await rows.replaceOne({ _id: 1 }, {});
  expect(await rows.findOne({ _id: 1 })).toEqual({ _id: 1 });
});
