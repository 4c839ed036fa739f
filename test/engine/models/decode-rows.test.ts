import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { decodeRows } from '#engine/models/decode-rows.ts';

const { BSON } = mongoose.mongo;

/** Rows as one answer brings them: side by side in the bytes of a message. */
function sent(rows: readonly object[]): Uint8Array[] {
  const bytes = rows.map((row) => BSON.serialize(row));
  const message = Buffer.concat([Buffer.from('head'), ...bytes]);
  let at = 4;
  return bytes.map(({ length }) => message.subarray(at, (at += length)));
}

const decoded = (rows: readonly object[]) => decodeRows(sent(rows));
const expected = (rows: readonly object[]) => sent(rows).map((row) => BSON.deserialize(row));

test('rows come as the general decoder reads them, whatever their fields and order', () => {
  const at = new Date('2026-03-29T01:00:00.123Z');
  const rows = [
    {
      _id: 'one',
      name: 'Ada',
      tags: ['new', 'big', ''],
      path: [
        { node: 'a', at },
        { node: 'b', at: null },
      ],
      n: 1,
    },
    { _id: 'two', name: 'Ada', tags: [], path: [{ node: 'a', at }], n: 1.5, since: at, big: 2 ** 40 },
    { n: -1, name: '', _id: 'thr', since: new Date(-1), path: [], profile: { city: 'Zürich', 名: '艾达 🐑' } },
    {
      _id: 'thr',
      profile: { city: 'Zurich', 'a.b': true, $c: false },
      name: 'Ada\0B',
      tags: [[['deep']], { name: 'x' }],
    },
    {},
    { _id: 'two', na: 1, name: 2, names: 'Ada', n: 'x'.repeat(70_000) },
  ];
  expect(decoded(rows)).toStrictEqual(expected(rows));
});

test('texts that are alike at their ends only are told apart', () => {
  const rows = ['abcd', 'bbcd', 'abcd', 'abce', 'bbce', 'abc', 'abcd'].map((_id) => ({ _id, same: _id }));
  expect(decoded(rows)).toStrictEqual(rows);
});

test('dates of two rows are two, so that changing one leaves the other', () => {
  const at = new Date();
  const [one, other] = decoded([{ at }, { at }]);
  expect(one?.['at']).toEqual(other?.['at']);
  expect(one?.['at']).not.toBe(other?.['at']);
});

test('what the product does not store is left to the general decoder', () => {
  const rows = [
    { _id: new BSON.ObjectId() },
    { long: BSON.Long.MAX_VALUE },
    { code: /x/i },
    { bytes: Buffer.from('x') },
  ];
  expect(decoded(rows)).toStrictEqual(expected(rows));
});

test('a field named __proto__ is one of its own and changes nothing else', () => {
  const row = Object.defineProperty({}, '__proto__', { value: { admin: true }, enumerable: true });
  const [one] = decoded([{ _id: 'one', profile: row }]) as [{ profile: { admin?: boolean } }];
  expect(Object.keys(one.profile)).toEqual(['__proto__']);
  expect(one.profile.admin).toBeUndefined();
});

test('rows with thousands of names of their own are read in a moment', () => {
  const rows = Array.from({ length: 200 }, (_, row) => ({
    profile: Object.fromEntries(Array.from({ length: 100 }, (__, trait) => [`trait-${row}-${trait}`, trait])),
  }));
  expect(decoded(rows)).toStrictEqual(rows);
});

test('rows of several messages are read as those of one', () => {
  const rows = [...sent([{ _id: 'one', name: 'Ada' }]), ...sent([{ _id: 'two', name: 'Ada' }, {}])];
  expect(decodeRows(rows)).toStrictEqual([{ _id: 'one', name: 'Ada' }, { _id: 'two', name: 'Ada' }, {}]);
});

test('bytes that are cut off are refused', () => {
  const [row = new Uint8Array()] = sent([{ _id: 'one', name: 'Ada' }]);
  for (const end of [6, 20, row.length - 1]) expect(() => decodeRows([new Uint8Array(row.subarray(0, end))])).toThrow();
});
