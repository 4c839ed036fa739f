import { Binary, BSONRegExp, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { expect, test } from 'vitest';
import { endOfValue } from '#engine/local/standin/bson/key-ends.ts';
import { encodeKey, encodeValue } from '#engine/local/standin/bson/keys.ts';

/** In MongoDB's order: each must encode below the next. */
const ASCENDING: readonly unknown[] = [
  new MinKey(),
  null,
  NaN,
  -Infinity,
  Long.MIN_VALUE,
  -1e10,
  -2,
  -1.5,
  -Number.MIN_VALUE,
  0,
  Number.MIN_VALUE,
  1,
  1.5,
  2,
  2 ** 31,
  2 ** 53,
  Long.fromString('9007199254740993'),
  Long.fromString('9007199254740995'),
  Long.MAX_VALUE,
  1e300,
  Infinity,
  '',
  '\0',
  '\0a',
  '\u0001',
  'a',
  'a\0',
  'a\0b',
  'aa',
  'b',
  'é',
  '漢',
  '\uffff',
  '😀',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
  { a: 'x' },
  [],
  [1],
  [1, 2],
  [2],
  new Binary(Buffer.from([9])),
  new Binary(Buffer.from([1, 1])),
  new Binary(Buffer.from([1, 2])),
  new ObjectId('000000000000000000000001'),
  new ObjectId('ffffffffffffffffffffffff'),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(1e14),
  new Timestamp({ t: 1, i: 1 }),
  new Timestamp({ t: 1, i: 2 }),
  new BSONRegExp('a', 'i'),
  new MaxKey(),
];

test('keys compare as their values do', () => {
  const keys = ASCENDING.map(encodeValue);
  expect([...keys].sort(Buffer.compare)).toEqual(keys);
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(keys.length);
});

test('keys that descend compare the other way round, in front of further values too', () => {
  const keys = ASCENDING.map((value, i) =>
    encodeKey([
      { value, descending: true },
      { value: i, descending: false },
    ]),
  );
  expect([...keys].sort(Buffer.compare)).toEqual(keys.reverse());
});

test('a key is taken apart where its values end, ascending and descending', () => {
  for (const descending of [false, true]) {
    const values = [...ASCENDING, [{ a: ['x\0', null] }, 'y']].map((value) => ({ value, descending }));
    const [key, flip] = [encodeKey(values), descending ? 0xff : 0];
    let at = 0;
    for (const value of values) {
      const end = endOfValue(key, at, flip);
      expect(key.subarray(at, end)).toEqual(encodeKey([value]));
      at = end;
    }
    expect(at).toBe(key.length);
  }
});

test('equal values have equal keys', () => {
  expect(encodeValue(-0)).toEqual(encodeValue(0));
  expect(encodeValue(Long.fromNumber(5))).toEqual(encodeValue(5));
  expect(encodeValue(undefined)).toEqual(encodeValue(null));
});

test('values whose order is not kept are refused', () => {
  expect(() => encodeValue(Decimal128.fromString('1.5'))).toThrow(/Decimal128/);
});
