import type { Db, Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StandInProcess } from './process.ts';

interface Row extends Document {
  _id: number;
}

const standIn = new StandInProcess();
let db: Db;
beforeAll(async () => {
  db = await standIn.start();
});
afterAll(() => standIn.dispose());

let collections = 0;
async function idsOf(docs: Document[], filter: Document): Promise<number[]> {
  const rows = db.collection<Row>(`s${++collections}`);
  await rows.insertMany(docs.map((doc, i) => ({ _id: i, ...doc })));
  return (await rows.find(filter).toArray()).map(({ _id }) => _id);
}

test('a row asked for by its id comes only where it meets the other conditions, and no further one is skipped to', async () => {
  const rows = db.collection<{ _id: string; a: number; list: number[] }>(`s${++collections}`);
  await rows.insertMany([
    { _id: 'one', a: 1, list: [1, 2] },
    { _id: 'two', a: 2, list: [] },
  ]);
  const found = (filter: Document, options = {}) => rows.find(filter, options).toArray();
  expect(await found({ _id: 'one' })).toEqual([{ _id: 'one', a: 1, list: [1, 2] }]);
  expect(await found({ _id: 'one', a: 1, list: 2 }, { sort: { a: -1 }, limit: 1, projection: { a: 1 } })).toEqual([
    { _id: 'one', a: 1 },
  ]);
  expect(await found({ _id: 'one', a: 2 })).toEqual([]);
  expect(await found({ _id: 'three' })).toEqual([]);
  expect(await found({ _id: 'one' }, { skip: 1 })).toEqual([]);
  expect(await rows.updateOne({ _id: 'two', a: { $in: [1, 3] } }, { $set: { a: 4 } })).toMatchObject({
    matchedCount: 0,
  });
  expect(await rows.updateMany({ _id: 'two', a: { $in: [2, 3] } }, { $set: { a: 4 } })).toMatchObject({
    matchedCount: 1,
  });
  expect(await found({ _id: 'two' })).toMatchObject([{ a: 4 }]);
});

test.each<[name: string, docs: Document[], filter: Document, expected: number[]]>([
  [
    'null finds null and what is missing',
    [{ a: 1 }, { a: null }, {}, { a: [null] }, { a: [] }],
    { a: null },
    [1, 2, 3],
  ],
  [
    'null below a path finds who lacks it',
    [{ a: { b: 1 } }, { a: {} }, { a: 1 }, {}, { a: [{ b: 1 }] }, { a: [{}, { b: 1 }] }],
    { 'a.b': null },
    [1, 2, 3, 5],
  ],
  ['$ne null leaves out the missing', [{ a: 1 }, { a: null }, {}], { a: { $ne: null } }, [0]],
  ['$gte null is null or missing', [{ a: null }, {}, { a: 1 }], { a: { $gte: null } }, [0, 1]],
  [
    '$exists false is about every element',
    [{ a: [{ b: 1 }, {}] }, { a: [] }, { a: [{}] }, {}],
    { 'a.b': { $exists: false } },
    [1, 2, 3],
  ],
  ['$all takes a single value for a list of one', [{ a: 1 }, { a: [1, 2] }, { a: 2 }], { a: { $all: [1] } }, [0, 1]],
  ['$in finds lists that are listed', [{ a: [1, 2] }, { a: 1 }, { a: 9 }], { a: { $in: [[1, 2], 9] } }, [0, 2]],
  ['$nin is the opposite', [{ a: [1, 2] }, { a: 1 }, {}], { a: { $nin: [[1, 2]] } }, [1, 2]],
  [
    'bounds on a list may be met by different elements',
    [{ a: [0, 5] }, { a: 2 }, { a: 7 }],
    { a: { $gt: 1, $lt: 3 } },
    [0, 1],
  ],
  [
    '$elemMatch wants one element to meet both',
    [{ a: [0, 5] }, { a: [2] }],
    { a: { $elemMatch: { $gt: 1, $lt: 3 } } },
    [1],
  ],
  ['types do not mix in comparisons', [{ a: '10' }, { a: 9 }, { a: new Date(9) }], { a: { $gt: 5 } }, [1]],
  [
    'documents equal by the order of their fields',
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }],
    { a: { x: 1, y: 2 } },
    [0],
  ],
  ['patterns keep their options', [{ a: 'A\nB' }, { a: 'AB' }], { a: { $regex: 'a.b', $options: 'is' } }, [0]],
  ['$not takes a pattern', [{ a: 'ab' }, { a: 'b' }, {}], { a: { $not: /^a/ } }, [1, 2]],
  ['text compares by code point', [{ a: '\uffff' }, { a: '😀' }], { a: { $gt: '\uffff' } }, [1]],
])('%s', async (_name, docs, filter, expected) => {
  expect(await idsOf(docs, filter)).toEqual(expected);
});

test('projections choose fields, and $slice leaves the others in place', async () => {
  const rows = db.collection<Row>('projections');
  await rows.insertOne({ _id: 1, list: [1, 2, 3, 4], other: 1, sub: { list: [{ a: 1, b: 2 }], x: 1 } });
  const project = (projection: Document): Promise<Document | null> => rows.findOne({}, { projection });
  expect(await project({ other: 1, 'sub.x': 1, nothing: 1 })).toEqual({ _id: 1, other: 1, sub: { x: 1 } });
  expect(await project({ 'sub.list.a': 1, _id: 0 })).toEqual({ sub: { list: [{ a: 1 }] } });
  expect(await project({ list: 0, 'sub.list.b': 0 })).toEqual({ _id: 1, other: 1, sub: { list: [{ a: 1 }], x: 1 } });
  expect(await project({ list: { $slice: -1 }, sub: 0 })).toEqual({ _id: 1, list: [4], other: 1 });
  expect(await project({ list: { $slice: [1, 2] }, other: 1, _id: 0 })).toEqual({ list: [2, 3], other: 1 });
  expect(await project({ _id: 1 })).toEqual({ _id: 1 });
});
