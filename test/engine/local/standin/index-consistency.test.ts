import { BSONRegExp } from 'bson';
import { afterEach, expect, test } from 'vitest';
import { decode, encode, type Doc } from '#engine/local/standin/bson/document.ts';
import { Fault } from '#engine/local/standin/faults.ts';
import { countMatches, findRows } from '#engine/local/standin/query/find.ts';
import { readSort } from '#engine/local/standin/query/sort.ts';
import { Catalog } from '#engine/local/standin/storage/catalog.ts';
import type { Collection } from '#engine/local/standin/storage/collection.ts';
import { removeExpired } from '#engine/local/standin/storage/expiry.ts';
import { indexKeys } from '#engine/local/standin/storage/index-keys.ts';
import { readIndexSpec } from '#engine/local/standin/storage/index-spec.ts';
import { bytesAt, numberAt, Sqlite } from '#engine/local/standin/storage/sqlite.ts';
import { readRawUpdate } from '#engine/local/standin/update/update.ts';

let sqlite: Sqlite;
afterEach(() => sqlite.close());

function fresh(): Catalog {
  sqlite = new Sqlite(':memory:');
  return new Catalog(sqlite);
}

/** The same for the same seed, so that a failure can be had again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = randomFrom(7);
const chance = (): boolean => random(2) === 0;

function randomDoc(_id: number): Doc {
  const list = Array.from({ length: random(4) }, () => ({ n: random(6) }));
  return {
    _id,
    kind: `k${random(5)}`,
    ...(chance() && { code: random(400) }),
    ...(random(3) > 0 && { list }),
    rank: [random(9), null, `r${random(3)}`, new Date(random(5))][random(4)],
  };
}

function randomUpdate(): Doc {
  const updates: Doc[] = [
    { $set: { kind: `k${random(5)}`, 'sub.x': random(3) } },
    { $unset: { code: 1 } },
    { $push: { list: { n: random(6) } } },
    { $set: { rank: null }, $push: { list: { $each: [{ n: random(6) }, { n: random(6) }] } } },
    { $pull: { list: { n: { $lt: random(6) } } } },
    { $set: { code: random(400), rank: random(9) } },
    { $set: { 'list.0.n': random(6) } },
    { kind: `k${random(5)}`, rank: random(4) },
  ];
  return updates[random(updates.length)] ?? {};
}

const rowsOf = (collection: Collection, filter: Doc, sort?: Doc) =>
  [...findRows(collection, { filter, sort: readSort(sort) })].flat();
const idsOf = (collection: Collection, filter: Doc, sort?: Doc): unknown[] =>
  rowsOf(collection, filter, sort).map(({ bytes }) => decode(bytes)['_id']);

function countOf(collection: Collection, filter: Doc): number {
  const counting = countMatches(collection, { filter });
  for (;;) {
    const { value, done } = counting.next();
    if (done) return value;
  }
}

/** Does one random write; returns whether it was refused. */
function randomWrite(collection: Collection): boolean {
  const _id = random(300);
  const [row] = rowsOf(collection, { _id });
  try {
    if (!row) collection.insert(encode(randomDoc(_id)));
    else if (random(4) === 0) collection.remove(row);
    else collection.change(row, readRawUpdate(encode(randomUpdate())));
    return false;
  } catch (error) {
    if (error instanceof Fault && ['DuplicateKey', 'PathNotViable', 'BadValue'].includes(error.codeName)) return true;
    throw error;
  }
}

test('after thousands of random writes each index lists what the documents say, and answers as a scan does', () => {
  const catalog = fresh();
  const rows = catalog.create('test', 'rows');
  const specs: Doc[] = [
    { key: { 'list.n': 1, kind: -1 } },
    { key: { code: 1 }, unique: true, sparse: true },
    { key: { kind: 1, rank: -1, code: 1 } },
    { key: { rank: -1, _id: 1 } },
  ];
  for (const spec of specs) catalog.createIndex(rows, readIndexSpec(spec));
  const refused = Array.from({ length: 6000 }, () => randomWrite(rows)).filter(Boolean).length;
  expect(refused).toBeGreaterThan(100);

  const stored = rowsOf(rows, {});
  expect(stored.length).toBeGreaterThan(100);
  for (const { spec, table } of rows.indexes) {
    const expected = stored.flatMap(({ rowId, bytes }) =>
      indexKeys(spec, decode(bytes)).keys.map((key) => `${key.toString('hex')} ${rowId}`),
    );
    const listed = sqlite
      .statement(`SELECT key, row_id FROM ${table}`)
      .all()
      .map((row) => `${Buffer.from(bytesAt(row, 0)).toString('hex')} ${numberAt(row, 1)}`);
    expect(listed.sort(), spec.name).toEqual(expected.sort());
  }

  const plain = catalog.create('test', 'plain');
  for (const { bytes } of stored) plain.insert(bytes);
  for (let i = 0; i < 300; i++) {
    const filter: Doc = {
      ...(chance() && {
        kind: [
          `k${random(5)}`,
          { $in: ['k1', `k${random(5)}`] },
          { $gt: 'k2' },
          new BSONRegExp('^k[12]', ''),
          new BSONRegExp('^k3', ''),
        ][random(5)],
      }),
      ...(chance() && {
        rank: [{ $gte: random(9), $lt: 7 }, null, { $gt: 'r0' }, { $lt: new Date(4) }, { $ne: 3 }][random(5)],
      }),
      ...(chance() && { code: [{ $lt: random(400) }, { $exists: chance() }, { $gte: 50, $lte: 300 }][random(3)] }),
      ...(random(3) === 0 && { 'list.n': [random(6), { $gt: 1, $lt: 4 }][random(2)] }),
    };
    const sort = [{ rank: 1, _id: 1 }, { kind: 1, rank: -1, code: 1, _id: 1 }, { _id: -1 }][random(3)] ?? {};
    const answer = idsOf(plain, filter, sort);
    expect(idsOf(rows, filter, sort), JSON.stringify([filter, sort])).toEqual(answer);
    expect(countOf(rows, filter), JSON.stringify(filter)).toBe(answer.length);
  }
});

test('a TTL index removes what is past its time and nothing else', () => {
  const catalog = fresh();
  const sessions = catalog.create('test', 'sessions');
  catalog.createIndex(sessions, readIndexSpec({ key: { at: 1 }, expireAfterSeconds: 60 }));
  const docs = [{ _id: 1, at: new Date(0) }, { _id: 2, at: new Date(50_000) }, { _id: 3, at: 'no date' }, { _id: 4 }];
  for (const doc of docs) sessions.insert(encode(doc));
  expect(removeExpired(catalog, new Date(100_000))).toBe(1);
  expect(idsOf(sessions, {})).toEqual([2, 3, 4]);
});
