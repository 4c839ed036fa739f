import { Binary, BSONRegExp, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { Fault } from '../faults.ts';
import { isDoc } from './document.ts';

/**
 * Encodes values so that comparing bytes compares values in MongoDB's order, across types too. Each
 * encoding ends by itself, so they can be joined into compound keys; no tag is 00 or ff, nor is one
 * inverted, which leaves both as marks for "before" and "after".
 */
export const TAG = {
  minKey: 0x08,
  emptyList: 0x0c,
  null: 0x10,
  number: 0x20,
  text: 0x30,
  document: 0x40,
  list: 0x50,
  binary: 0x60,
  objectId: 0x70,
  boolean: 0x80,
  date: 0x90,
  timestamp: 0xa0,
  pattern: 0xb0,
  maxKey: 0xf0,
} as const;

/** What an empty list is indexed as: it has no element to index, yet must be found. */
export const EMPTY_LIST = Symbol('empty list');

/** Appended to the beginning of a key, sorts after every key that begins so. */
export const AFTER = Buffer.from([0xff]);

/** Keys are built in one shared buffer: this is on the path of every write. */
let scratch = Buffer.alloc(1 << 16);
let length = 0;

export interface DirectedValue {
  readonly value: unknown;
  readonly descending: boolean;
}

/** The key of a list of values; those that descend are bit-inverted, which reverses their order. */
export function encodeKey(values: readonly DirectedValue[]): Buffer {
  return encodeFields(
    values.map(({ value }) => value),
    values,
  );
}

/** The same of values that stand beside each other, by the fields they are of. */
export function encodeFields(values: readonly unknown[], fields: readonly { readonly descending: boolean }[]): Buffer {
  length = 0;
  for (let i = 0; i < values.length; i++) writeDirected(values[i], fields[i]?.descending === true);
  return Buffer.from(scratch.subarray(0, length));
}

/** The key of one value, ascending. */
export function encodeValue(value: unknown): Buffer {
  length = 0;
  writeValue(value);
  return Buffer.from(scratch.subarray(0, length));
}

/** The key of a text's beginning, left open: with AFTER appended it is the end of all that begin so. */
export function encodeTextStart(text: string, descending: boolean): Buffer {
  const closed = encodeKey([{ value: text, descending }]);
  return closed.subarray(0, closed.length - 1);
}

/** What all values comparable with `value` share: a range never crosses types. */
export function typeTag(value: unknown): number {
  if (typeof value === 'string') return TAG.text;
  if (typeof value === 'number') return TAG.number;
  if (value === null || value === undefined) return TAG.null;
  if (value instanceof Date) return TAG.date;
  return encodeValue(value)[0] ?? 0;
}

function writeDirected(value: unknown, descending: boolean): void {
  const start = length;
  writeValue(value);
  if (descending) for (let i = start; i < length; i++) scratch[i] = ~(scratch[i] ?? 0);
}

function reserve(bytes: number): void {
  if (length + bytes <= scratch.length) return;
  const larger = Buffer.alloc(Math.max(scratch.length * 2, length + bytes));
  scratch.copy(larger, 0, 0, length);
  scratch = larger;
}

function writeByte(byte: number): void {
  reserve(1);
  scratch[length++] = byte;
}

function writeBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  scratch.set(bytes, length);
  length += bytes.length;
}

/** Ends with 00; a zero inside becomes 00 ff, which still sorts after the end of a shorter text. */
function writeText(text: string): void {
  if (text.includes('\0')) {
    for (const [i, part] of text.split('\0').entries()) {
      reserve(2);
      if (i > 0) length = scratch.writeUInt16BE(0x00ff, length);
      writePart(part);
    }
  } else writePart(text);
  writeByte(0);
}

function writePart(text: string): void {
  reserve(text.length * 3);
  length += scratch.write(text, length, 'utf8');
}

/** IEEE 754 with the sign bit flipped, or all bits of a negative, orders as bytes do; NaN comes first. */
function writeDouble(number: number): void {
  reserve(8);
  if (Number.isNaN(number)) scratch.fill(0, length, length + 8);
  else {
    scratch.writeDoubleBE(number === 0 ? 0 : number, length);
    const negative = (scratch[length] ?? 0) & 0x80;
    if (negative) for (let i = length; i < length + 8; i++) scratch[i] = ~(scratch[i] ?? 0);
    else scratch[length] = (scratch[length] ?? 0) | 0x80;
  }
  length += 8;
}

/** A number is its nearest double, then what rounding lost: nothing, except for Longs beyond 2^53. */
function writeNumber(number: number, lost: number): void {
  writeByte(TAG.number);
  writeDouble(number);
  reserve(2);
  length = scratch.writeUInt16BE(lost + 0x8000, length);
}

function writeLong(value: bigint): void {
  const nearest = Number(value);
  writeNumber(nearest, Number(value - BigInt(nearest)));
}

function writeValue(value: unknown): void {
  if (typeof value === 'string') {
    writeByte(TAG.text);
    writeText(value);
  } else if (typeof value === 'number') writeNumber(value, 0);
  else if (value === null || value === undefined) writeByte(TAG.null);
  else if (typeof value === 'boolean') {
    writeByte(TAG.boolean);
    writeByte(value ? 1 : 0);
  } else if (typeof value === 'bigint') writeLong(value);
  else if (value === EMPTY_LIST) writeByte(TAG.emptyList);
  else if (Array.isArray(value)) {
    writeByte(TAG.list);
    for (const element of value) writeValue(element);
    writeByte(0);
  } else if (isDoc(value)) writeDocument(value);
  else writeInstance(value);
}

function writeDocument(doc: Record<string, unknown>): void {
  writeByte(TAG.document);
  for (const [name, value] of Object.entries(doc)) {
    if (value === undefined) continue;
    // Types come before names, and names before values, as MongoDB compares documents.
    const tagAt = length;
    writeByte(0);
    writeText(name);
    const valueStart = length;
    writeValue(value);
    scratch[tagAt] = scratch[valueStart] ?? 0;
  }
  writeByte(0);
}

function writeInstance(value: unknown): void {
  if (value instanceof Date) {
    writeByte(TAG.date);
    writeDouble(value.getTime());
  } else if (value instanceof ObjectId) {
    writeByte(TAG.objectId);
    writeBytes(value.id);
  } else if (value instanceof Timestamp) {
    writeByte(TAG.timestamp);
    reserve(8);
    length = scratch.writeBigUInt64BE(BigInt.asUintN(64, value.toBigInt()), length);
  } else if (value instanceof Long) writeLong(value.toBigInt());
  else if (value instanceof Binary) {
    writeByte(TAG.binary);
    reserve(5);
    length = scratch.writeUInt32BE(value.position, length);
    length = scratch.writeUInt8(value.sub_type, length);
    writeBytes(value.buffer.subarray(0, value.position));
  } else if (value instanceof BSONRegExp) {
    writeByte(TAG.pattern);
    writeText(value.pattern);
    writeText(value.options);
  } else if (value instanceof MinKey) writeByte(TAG.minKey);
  else if (value instanceof MaxKey) writeByte(TAG.maxKey);
  else if (value instanceof Decimal128)
    throw new Fault('BadValue', 'Decimal128 cannot be compared, sorted or indexed here');
  else throw new Fault('BadValue', 'values of this type cannot be compared, sorted or indexed here');
}
