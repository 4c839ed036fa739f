import { deserialize, serialize } from 'bson';
import { Fault } from '../faults.ts';

export type Doc = Record<string, unknown>;

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** A reply may be somewhat larger than the document in it. */
const MAX_REPLY_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024;

/** Patterns stay BSONRegExp: bson would turn the flag "s" into the stateful "g" of a JS RegExp. */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, { bsonRegExp: true });
}

/** A document's bytes. @throws Fault BSONObjectTooLarge for one larger than any reply may be */
export function encode(doc: Doc): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = serialize(doc, { ignoreUndefined: true });
  } catch (error) {
    // bson writes into a buffer of fixed size and runs over its end.
    if (!(error instanceof RangeError)) throw error;
  }
  if (bytes && bytes.byteLength <= MAX_REPLY_BYTES) return bytes;
  throw new Fault('BSONObjectTooLarge', `BSONObj exceeds maximum size of ${MAX_REPLY_BYTES} bytes`);
}

/** Encodes a document to be stored. @throws Fault BSONObjectTooLarge when it is over 16 MB. */
export function encodeForStorage(doc: Doc): Uint8Array {
  const bytes = encode(doc);
  assertStorable(bytes);
  return bytes;
}

/** Refuses a document above 16 MB. @throws Fault BSONObjectTooLarge */
export function assertStorable(bytes: Uint8Array): void {
  if (bytes.byteLength <= MAX_DOCUMENT_BYTES) return;
  const message = `object to insert too large. size in bytes: ${bytes.byteLength}, max size: ${MAX_DOCUMENT_BYTES}`;
  throw new Fault('BSONObjectTooLarge', message);
}

/** True for a sub-document: not an array, a date, or one of bson's value classes. */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** True for an array. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** True for `{ $gt: 3 }`, false for a sub-document to compare with. */
export function isOperatorDoc(value: unknown): value is Doc {
  if (!isDoc(value)) return false;
  for (const key in value) return key.startsWith('$');
  return false;
}

/** A value as a document. @throws Fault naming `what` for any other value */
export function asDoc(value: unknown, what: string): Doc {
  if (isDoc(value)) return value;
  throw new Fault('TypeMismatch', `${what} must be an object`);
}

/** A value as a list of documents. @throws Fault naming `what` for any other value */
export function asDocs(value: unknown, what: string): Doc[] {
  if (isList(value)) return value.map((entry, i) => asDoc(entry, `${what}.${i}`));
  throw new Fault('TypeMismatch', `${what} must be an array`);
}

/** A value as a list. @throws Fault naming `what` for any other value */
export function asList(value: unknown, what: string): unknown[] {
  if (isList(value)) return value;
  throw new Fault('BadValue', `${what} needs an array`);
}

/** A value as a text. @throws Fault naming `what` for any other value */
export function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new Fault('TypeMismatch', `${what} must be a string`);
}

/** BSON has four number types, and options use any of them. */
export function asCount(value: unknown, what: string, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  const number = Number(value);
  if (Number.isFinite(number) && number >= 0) return Math.trunc(number);
  throw new Fault('BadValue', `${what} must be a number of 0 or more`);
}
