import { Binary, BSONRegExp, Long, ObjectId } from 'bson';
import { AFTER, encodeKey, encodeTextStart, typeTag } from '../bson/keys.ts';
import type { Comparison } from './compare.ts';

/** A condition that an index can settle. `$start` is a text's beginning. */
export interface Bound {
  readonly path: string;
  readonly operator: '$eq' | '$in' | '$start' | Comparison;
  readonly values: readonly unknown[];
  /** It narrows an index, but the condition must be tested all the same. */
  readonly inexact?: true;
}

/** Keys from `low` up to but not including `high`. */
export interface KeyRange {
  readonly low: Buffer;
  readonly high: Buffer;
  /** `low` is one whole key, rather than the beginning of many. */
  readonly exact: boolean;
}

export interface Equality {
  readonly bound: Bound;
  readonly descending: boolean;
}

export interface Interval {
  readonly bounds: readonly Bound[];
  readonly descending: boolean;
}

/** Scalars that their key identifies. Documents and lists have ways of comparing that keys lack. */
export function indexable(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object')
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (value instanceof BSONRegExp) return false;
  return value instanceof Date || value instanceof ObjectId || value instanceof Long || value instanceof Binary;
}

/** Whether a bound names values and not an interval. */
export function isEquality({ operator }: Bound): boolean {
  return operator === '$eq' || operator === '$in';
}

/** The ranges of keys, in order, for equalities on the first fields of an index and perhaps an interval on the next. */
export function keyRanges(
  fieldCount: number,
  equalities: readonly Equality[],
  interval: Interval | undefined,
): KeyRange[] {
  let starts: Buffer[] = [Buffer.alloc(0)];
  for (const { bound, descending } of equalities) {
    const encoded = bound.values.map((value) => encodeKey([{ value, descending }]));
    starts = starts.flatMap((start) => encoded.map((key) => (start.length === 0 ? key : Buffer.concat([start, key]))));
  }
  if (starts.length > 1) starts = sortedDistinct(starts);
  if (interval) return starts.map((start) => within(start, interval));
  const exact = equalities.length === fieldCount;
  return starts.map((low) => new AllThatBegin(low, exact));
}

/** Whole keys are mostly looked up by themselves, so that their end is made only for those who ask. */
class AllThatBegin implements KeyRange {
  readonly low: Buffer;
  readonly exact: boolean;

  constructor(low: Buffer, exact: boolean) {
    this.low = low;
    this.exact = exact;
  }

  get high(): Buffer {
    return Buffer.concat([this.low, AFTER]);
  }
}

function sortedDistinct(keys: Buffer[]): Buffer[] {
  keys.sort(Buffer.compare);
  return keys.filter((key, i) => i === 0 || !key.equals(keys[i - 1] ?? AFTER));
}

function within(start: Buffer, { bounds, descending }: Interval): KeyRange {
  // A comparison only holds between values of one type: begin with all of the type, then narrow.
  const tag = typeTag(bounds[0]?.values[0]);
  const lowest = descending ? ~tag & 0xff : tag;
  let [low, high]: [Buffer, Buffer] = [Buffer.from([lowest]), Buffer.from([lowest + 1])];
  for (const bound of bounds) {
    const ends = keyEnds(bound, descending);
    if (ends.low && Buffer.compare(ends.low, low) > 0) low = ends.low;
    if (ends.high && Buffer.compare(ends.high, high) < 0) high = ends.high;
  }
  return { low: Buffer.concat([start, low]), high: Buffer.concat([start, high]), exact: false };
}

/** Where among the keys of one field a bound begins and ends. */
export function keyEnds({ operator, values }: Bound, descending: boolean): { low?: Buffer; high?: Buffer } {
  const [value] = values;
  if (operator === '$start') {
    const start = encodeTextStart(String(value), descending);
    // Twice: the first may be the end of the very text, when it descends.
    return { low: start, high: Buffer.concat([start, AFTER, AFTER]) };
  }
  const key = encodeKey([{ value, descending }]);
  const after = Buffer.concat([key, AFTER]);
  const inclusive = operator.endsWith('e');
  if (operator.startsWith('$gt') !== descending) return { low: inclusive ? key : after };
  return { high: inclusive ? after : key };
}
