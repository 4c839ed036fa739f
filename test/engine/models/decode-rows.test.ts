import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { decodeRows } from '#engine/models/decode-rows.ts';

const { BSON } = mongoose.mongo;

const encoded = (rows: object[]) => BSON.serialize({ firstBatch: rows, id: 0, ns: 'pasture.things' });
const decoded = (rows: object[]) => decodeRows(encoded(rows));

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
  expect(decoded(rows)).toStrictEqual(BSON.deserialize(encoded(rows)));
});

test('texts that are alike at their ends only are told apart', () => {
  const rows = ['abcd', 'bbcd', 'abcd', 'abce', 'bbce', 'abc', 'abcd'].map((_id) => ({ _id, same: _id }));
  expect(decoded(rows)).toStrictEqual({ firstBatch: rows, id: 0, ns: 'pasture.things' });
});

test('dates of two rows are two, so that changing one leaves the other', () => {
  const at = new Date();
  const { firstBatch } = decoded([{ at }, { at }]) as { firstBatch: [{ at: Date }, { at: Date }] };
  expect(firstBatch[0].at).toEqual(firstBatch[1].at);
  expect(firstBatch[0].at).not.toBe(firstBatch[1].at);
});

test('what the product does not store is left to the general decoder', () => {
  const rows = [
    { _id: new BSON.ObjectId() },
    { long: BSON.Long.MAX_VALUE },
    { code: /x/i },
    { bytes: Buffer.from('x') },
  ];
  expect(decoded(rows)).toStrictEqual(BSON.deserialize(encoded(rows)));
});

test('a field named __proto__ is one of its own and changes nothing else', () => {
  const row = Object.defineProperty({}, '__proto__', { value: { admin: true }, enumerable: true });
  const { firstBatch } = decoded([{ _id: 'one', profile: row }]) as { firstBatch: [{ profile: { admin?: boolean } }] };
  expect(Object.keys(firstBatch[0].profile)).toEqual(['__proto__']);
  expect(firstBatch[0].profile.admin).toBeUndefined();
});

test('bytes that are cut off are refused', () => {
  const bytes = encoded([{ _id: 'one', name: 'Ada' }]);
  for (const end of [6, 20, bytes.length - 1]) expect(() => decodeRows(bytes.subarray(0, end))).toThrow();
});
