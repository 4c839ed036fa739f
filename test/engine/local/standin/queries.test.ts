import { ObjectId, type Collection, type Db, type Document, type Filter, type Sort } from './driver.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { range, StandInProcess } from './process.ts';

interface Row extends Document {
  _id: number;
}

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const date = (day: number): Date => new Date(START + day * DAY);

/** Values of all kinds, so that types meet within one field. */
function valueFor(i: number): unknown {
  const kinds: unknown[] = [
    i % 23,
    (i % 7) - 3.5,
    `s${i % 11}`,
    null,
    undefined,
    i % 2 === 0,
    date(i % 30),
    [i % 5, `s${i % 3}`],
    [],
    ObjectId.createFromTime(i % 9),
    { nested: i % 4 },
    '',
  ];
  return kinds[(i * 7919) % kinds.length];
}

const standIn = new StandInProcess();
let db: Db;
/** The same documents twice: what an index answers must be what a scan answers. */
let scanned: Collection<Row>;
let indexed: Collection<Row>;
beforeAll(async () => {
  db = await standIn.start({ ignoreUndefined: true });
  scanned = db.collection<Row>('scanned');
  indexed = db.collection<Row>('indexed');
  const docs = range(600).map((i) => ({
    _id: i,
    mixed: valueFor(i),
    group: `g${i % 6}`,
    at: date((i * 37) % 365),
    rank: i % 40,
    email: `${['anna', 'anne', 'b.c', 'zoë', 'ann😀'][i % 5]}${i}@x`,
    maybe: i % 3 ? `m${i % 4}` : null,
    sub: { list: [{ n: i % 8 }, { n: i % 3 }], name: `n${i % 9}` },
  }));
  await scanned.insertMany(docs);
  await indexed.insertMany(docs);
  await indexed.createIndexes([
    { key: { mixed: 1 } },
    { key: { group: 1, at: -1 } },
    { key: { at: 1 } },
    { key: { rank: -1, group: 1 } },
    { key: { 'sub.list.n': 1 } },
    { key: { group: 1, maybe: -1, email: -1, rank: 1 } },
    { key: { email: 1 } },
    { key: { mixed: 1, rank: 1 }, sparse: true, name: 'sparse' },
    { key: { 'sub.name': 1, _id: 1 } },
  ]);
});
afterAll(() => standIn.dispose());

const FILTERS: Filter<Row>[] = [
  {},
  { mixed: 3 },
  { mixed: 's1' },
  { mixed: null },
  { mixed: true },
  { mixed: date(5) },
  { mixed: { nested: 1 } },
  { mixed: [] },
  { mixed: { $in: [1, 's2', null, true, [0, 's0']] } },
  { mixed: { $nin: [1, 's2', null] } },
  { mixed: { $gt: 2 } },
  { mixed: { $gte: 0, $lt: 10 } },
  { mixed: { $lt: 's3' } },
  { mixed: { $lte: date(9) } },
  { mixed: { $gt: 1, $lt: 3 } },
  { mixed: { $ne: 3 } },
  { mixed: { $not: { $gt: 3 } } },
  { mixed: { $exists: false } },
  { mixed: { $exists: true, $ne: null } },
  { mixed: { $in: [] } },
  { mixed: { $gt: 1, $lt: 'z' } },
  { mixed: { $size: 2 } },
  { mixed: { $all: [0, 's0'] } },
  { mixed: /^s1/ },
  { mixed: { $in: [/^s1/, 4] } },
  { group: 'g2' },
  { group: { $in: ['g1', 'g5', 'g1'] }, at: { $gte: date(100), $lt: date(200) } },
  { group: 'g3', at: { $lte: date(50) } },
  { group: 'g3', at: { $gt: date(50) } },
  { group: 'g1', rank: 7 },
  { group: 'g1', rank: { $in: [1, 7, 13] }, email: { $gt: 'anne' } },
  { group: 'g1', rank: { $gte: 3, $lt: 20 }, email: /^ann/ },
  { group: 'g2', maybe: null, rank: { $gt: 4 } },
  { group: 'g2', maybe: { $gt: 'm1' }, email: { $lte: 'b' } },
  { group: { $gt: 'g1', $lt: 'g4' }, maybe: 'm2' },
  { rank: { $gt: 30, $lte: 35 } },
  { rank: { $in: [1, 2, 3] }, group: { $gte: 'g4' } },
  { at: date(37) },
  { email: /^ann/ },
  { email: /^ann.*9@x$/ },
  { email: /^b\.c/ },
  { email: /^ANNE/i },
  { email: { $regex: '^zo', $options: 'i' } },
  { email: { $regex: 'ë1' } },
  { email: { $gt: 'ann\uffff' } },
  { email: { $lt: 'ann😀2' } },
  { 'sub.list.n': 7 },
  { 'sub.list.n': { $gt: 5, $lt: 1 } },
  { 'sub.list': { $elemMatch: { n: { $gt: 5, $lt: 7 } } } },
  { 'sub.list.0.n': 3 },
  { 'sub.name': { $in: ['n1', 'n3'] }, _id: { $gt: 50 } },
  { _id: { $in: [5, 3, 599, 1000] } },
  { _id: { $gt: 590 }, group: 'g4' },
  { _id: 17, rank: 17 },
  { _id: { $gte: 10, $lt: 20 }, rank: { $ne: 15 } },
  { $and: [{ rank: { $gte: 10 } }, { rank: { $lte: 12 } }] },
  { $or: [{ rank: 1 }, { group: 'g0', rank: { $lt: 5 } }] },
  { $nor: [{ rank: { $gt: 3 } }, { group: 'g0' }] },
];
const SORTS: Sort[] = [
  { _id: 1 },
  { _id: -1 },
  { at: -1, _id: 1 },
  { group: 1, at: -1, _id: 1 },
  { mixed: 1, _id: 1 },
  { mixed: -1, _id: 1 },
  { rank: 1, group: -1, _id: 1 },
  { email: 1 },
  { group: 1, maybe: -1, email: -1 },
];

test.each(FILTERS.map((filter) => [JSON.stringify(filter), filter] as const))(
  'an index and a scan agree on %s',
  async (_text, filter) => {
    const ids = async (rows: Collection<Row>): Promise<number[]> =>
      (await rows.find(filter).toArray()).map(({ _id }) => _id).sort((a, b) => a - b);
    const expected = await ids(scanned);
    expect(await ids(indexed)).toEqual(expected);
    expect(await indexed.countDocuments(filter)).toBe(expected.length);
    for (const sort of SORTS) {
      const page = async (rows: Collection<Row>): Promise<number[]> =>
        (await rows.find(filter).sort(sort).skip(2).limit(25).toArray()).map(({ _id }) => _id);
      expect(await page(indexed), `sorted by ${JSON.stringify(sort)}`).toEqual(await page(scanned));
    }
  },
);

async function planOf(filter: Filter<Row>, sort: Sort = {}, limit = 0): Promise<Document> {
  const explained = await indexed.find(filter).sort(sort).limit(limit).explain();
  return explained['queryPlanner']['winningPlan'] as Document;
}

test('the plans are those that hot look-ups rely on', async () => {
  const newest = await planOf({}, { at: -1 }, 5);
  expect(newest).toMatchObject({ indexName: 'at_1', direction: 'backward', inMemorySort: false });
  const inGroup = await planOf({ group: 'g2', at: { $gte: date(10), $lt: date(60) } }, { at: 1 });
  expect(inGroup).toMatchObject({ indexName: 'group_1_at_-1', testedOnDocuments: [], inMemorySort: false });
  expect(await planOf({ _id: { $in: [1, 2] }, group: 'g1' })).toMatchObject({
    indexName: '_id_',
    testedOnDocuments: ['group'],
  });
  const after = await planOf({ 'sub.name': 'n1', _id: { $gt: 5 } }, { _id: 1 }, 10);
  expect(after).toMatchObject({ indexName: 'sub.name_1__id_1', testedOnDocuments: [], inMemorySort: false });
  expect(await planOf({ email: /^anna/ })).toMatchObject({ indexName: 'email_1', testedOnDocuments: [] });
  const skipping = await planOf({ group: 'g1', rank: { $gt: 3 }, email: { $gt: 'b' } });
  expect(skipping).toMatchObject({
    indexName: 'group_1_maybe_-1_email_-1_rank_1',
    testedOnKeys: true,
    testedOnDocuments: [],
  });
  expect(await planOf({ 'sub.list.n': 7 })).toMatchObject({ testedOnDocuments: ['sub.list.n'] });
});
