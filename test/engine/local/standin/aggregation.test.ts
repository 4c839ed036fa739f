import { ObjectId, type Collection, type Db, type Document } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { range, StandInProcess } from './process.ts';

interface Row extends Document {
  _id: number;
}

const standIn = new StandInProcess();
let db: Db;
let rows: Collection<Row>;
beforeAll(async () => {
  db = await standIn.start();
  rows = db.collection<Row>('rows');
  await rows.insertMany(
    range(30).map((i) => ({
      _id: i,
      kind: `k${i % 3}`,
      n: i,
      at: new Date(i * 3_600_000),
      tags: i % 2 ? ['a', 'b'] : [],
      sub: { x: i % 5 },
    })),
  );
  await rows.createIndex({ kind: 1, n: 1 });
});
afterAll(() => standIn.dispose());

const run = (pipeline: Document[]): Promise<Document[]> => rows.aggregate(pipeline).toArray();

test('counts come with or without an index, limits included', async () => {
  expect(await rows.countDocuments({ kind: 'k2' }, { skip: 2, limit: 5 })).toBe(5);
  expect(await rows.countDocuments({ kind: 'k2', n: { $gt: 10 } })).toBe(7);
  expect(await rows.countDocuments({ tags: 'a' })).toBe(15);
  expect(await run([{ $match: { n: { $gte: 5 } } }, { $count: 'many' }])).toEqual([{ many: 25 }]);
  expect(await run([{ $match: { n: 99 } }, { $count: 'many' }])).toEqual([]);
  expect(await db.collection('none').countDocuments()).toBe(0);
});

test('groups gather sums, extremes, firsts, lists and averages', async () => {
  const accumulators = {
    sum: { $sum: '$n' },
    ones: { $sum: 1 },
    count: { $count: {} },
    mean: { $avg: '$n' },
    first: { $min: '$at' },
    last: { $max: '$at' },
    head: { $first: '$n' },
    tail: { $last: '$n' },
    all: { $push: '$sub.x' },
    set: { $addToSet: '$kind' },
  };
  expect(await run([{ $match: { kind: 'k1', n: { $lt: 9 } } }, { $group: { _id: '$kind', ...accumulators } }])).toEqual(
    [
      {
        _id: 'k1',
        sum: 12,
        ones: 3,
        count: 3,
        mean: 4,
        first: new Date(3_600_000),
        last: new Date(7 * 3_600_000),
        head: 1,
        tail: 7,
        all: [1, 4, 2],
        set: ['k1'],
      },
    ],
  );
});

test('groups go by documents of fields and by computed values', async () => {
  const byDay = { $dateToString: { format: '%Y-%m-%d', date: '$at' } };
  const stages = [
    { $group: { _id: { day: byDay, kind: '$kind' }, even: { $sum: { $cond: [{ $eq: ['$tags', []] }, 1, 0] } } } },
    { $sort: { '_id.day': -1, '_id.kind': 1 } },
    { $limit: 2 },
  ];
  expect(await run(stages)).toEqual([
    { _id: { day: '1970-01-02', kind: 'k0' }, even: 1 },
    { _id: { day: '1970-01-02', kind: 'k1' }, even: 1 },
  ]);
});

test('lists are unwound, fields added and shaped, groups filtered', async () => {
  expect(
    await run([
      { $match: { n: { $lt: 6 } } },
      { $unwind: '$tags' },
      { $addFields: { twice: { $multiply: ['$n', 2] } } },
      { $group: { _id: '$tags', total: { $sum: '$twice' } } },
      { $match: { total: { $gt: 0 } } },
      { $project: { _id: 0, tag: '$_id', total: 1 } },
      { $sort: { tag: 1 } },
    ]),
  ).toEqual([
    { tag: 'a', total: 18 },
    { tag: 'b', total: 18 },
  ]);
});

test('sort, skip and limit apply in their order', async () => {
  expect((await run([{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 2 }])).map(({ _id }) => _id as unknown)).toEqual([
    28, 27,
  ]);
  expect((await run([{ $limit: 5 }, { $sort: { n: -1 } }, { $limit: 1 }])).map(({ _id }) => _id as unknown)).toEqual([
    4,
  ]);
  expect((await run([{ $limit: 5 }, { $match: { n: { $gt: 3 } } }])).length).toBe(1);
  expect(await run([{ $sortByCount: '$kind' }, { $limit: 1 }])).toMatchObject([{ count: 10 }]);
});

test('distinct values come sorted, each once, out of lists too', async () => {
  expect(await rows.distinct('kind', { n: { $lt: 2 } })).toEqual(['k0', 'k1']);
  expect(await rows.distinct('tags')).toEqual(['a', 'b']);
  expect(await rows.distinct('sub.x')).toEqual([0, 1, 2, 3, 4]);
});

test('ids group by what they are', async () => {
  const id = new ObjectId();
  const owners = db.collection('owners');
  await owners.insertMany([{ owner: id }, { owner: new ObjectId(id.toHexString()) }, { owner: null }, {}]);
  const groups = await owners.aggregate([{ $group: { _id: '$owner', n: { $sum: 1 } } }]).toArray();
  expect(groups).toEqual([
    { _id: id, n: 2 },
    { _id: null, n: 2 },
  ]);
});
