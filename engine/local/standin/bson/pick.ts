import { Long, ObjectId } from 'bson';
import { decode, type Doc } from './document.ts';
import { valueBytes } from './inspect.ts';
import { endOfName, isAt, nameAt } from './names.ts';

/** Which fields to read; a `sub` picks within a sub-document instead of reading all of it. */
export interface Picker {
  readonly fields: readonly { readonly name: string; readonly bytes: Buffer; readonly sub: Picker | undefined }[];
}

/** Kept, since an application asks for the same few things again and again. */
const known = new Map<string, Picker>();
const MOST_KNOWN = 1_000;

/** A picker for dotted paths. Numbers in paths count as names, so a list is always read whole. */
export function pickerFor(paths: readonly string[]): Picker {
  const name = JSON.stringify(paths);
  let picker = known.get(name);
  if (!picker) {
    if (known.size >= MOST_KNOWN) known.clear();
    picker = makePicker(paths);
    known.set(name, picker);
  }
  return picker;
}

function makePicker(paths: readonly string[]): Picker {
  const below = new Map<string, string[] | undefined>();
  for (const path of paths) {
    const dot = path.indexOf('.');
    const name = dot < 0 ? path : path.slice(0, dot);
    if (dot < 0 || (below.has(name) && below.get(name) === undefined)) below.set(name, undefined);
    else below.set(name, [...(below.get(name) ?? []), path.slice(dot + 1)]);
  }
  const fields = [...below].map(([name, rest]) => ({
    name,
    bytes: Buffer.from(name),
    sub: rest ? pickerFor(rest) : undefined,
  }));
  return { fields };
}

/** Only the picked fields of a stored document: what is not needed is stepped over, not decoded. */
export function pick(bytes: Uint8Array, picker: Picker): Doc {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return pickDocument(buffer, 0, picker);
}

function pickDocument(bytes: Buffer, start: number, { fields }: Picker): Doc {
  const doc: Doc = {};
  const end = start + bytes.readInt32LE(start);
  let left = fields.length;
  let at = start + 4;
  while (left > 0) {
    const type = bytes[at] ?? 0;
    if (type === 0) break;
    const nameEnd = endOfName(bytes, at + 1);
    const valueAt = nameEnd + 1;
    const field = nameAt(bytes, { from: at + 1, to: nameEnd }, fields);
    if (field) {
      doc[field.name] =
        field.sub && type === 0x03 ? pickDocument(bytes, valueAt, field.sub) : readValue(bytes, type, valueAt, end);
      left--;
    }
    at = valueAt + valueBytes(bytes, type, valueAt, end);
  }
  return doc;
}

/** A document that begins at `start`; faster for small ones than the library, to which rare types are left. */
function readDocument(bytes: Buffer, start: number): Doc {
  return take(bytes, start).rest;
}

/**
 * Reads a document but for one field, whose value stays bytes; undefined where there is none of that name and type.
 * @param wanted its name with the zero behind it, and its type
 */
export function take(
  bytes: Buffer,
  start: number,
  wanted?: { readonly name: Buffer; readonly type: number },
): { rest: Doc; taken: Buffer | undefined } {
  const rest: Doc = {};
  let taken: Buffer | undefined;
  const end = start + bytes.readInt32LE(start);
  let at = start + 4;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    const nameEnd = endOfName(bytes, at + 1);
    const valueAt = nameEnd + 1;
    const valueEnd = valueAt + valueBytes(bytes, type, valueAt, end);
    if (wanted && type === wanted.type && isAt(bytes, at + 1, wanted.name)) taken = bytes.subarray(valueAt, valueEnd);
    else put(rest, bytes.toString('utf8', at + 1, nameEnd), readValue(bytes, type, valueAt, end));
    at = valueEnd;
  }
  return { rest, taken };
}

/** A field of this name as any other. */
function put(doc: Doc, name: string, value: unknown): void {
  if (name !== '__proto__') doc[name] = value;
  else Object.defineProperty(doc, name, { value, writable: true, enumerable: true, configurable: true });
}

function readValue(bytes: Buffer, type: number, at: number, end: number): unknown {
  switch (type) {
    case 0x01:
      return bytes.readDoubleLE(at);
    case 0x02:
      return bytes.toString('utf8', at + 4, at + 3 + bytes.readInt32LE(at));
    case 0x03:
      return readDocument(bytes, at);
    case 0x04:
      return readList(bytes, at);
    case 0x07:
      return new ObjectId(Uint8Array.prototype.slice.call(bytes, at, at + 12));
    case 0x08:
      return bytes[at] === 1;
    case 0x09:
      return new Date(bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at));
    case 0x0a:
      return null;
    case 0x10:
      return bytes.readInt32LE(at);
    case 0x12:
      return readLong(bytes, at);
    default:
      return readByLibrary(bytes, type, at, end);
  }
}

function readList(bytes: Buffer, start: number): unknown[] {
  const list: unknown[] = [];
  const end = start + bytes.readInt32LE(start);
  let at = start + 4;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    at++;
    while (bytes[at] !== 0) at++;
    at++;
    list.push(readValue(bytes, type, at, end));
    at += valueBytes(bytes, type, at, end);
  }
  return list;
}

/** As bson does: a number where it is exact. */
function readLong(bytes: Buffer, at: number): number | Long {
  const long = new Long(bytes.readInt32LE(at), bytes.readInt32LE(at + 4));
  const number = long.toNumber();
  return Number.isSafeInteger(number) ? number : long;
}

/** The rare types: wrapped into a document of their own. */
function readByLibrary(bytes: Buffer, type: number, at: number, end: number): unknown {
  const length = valueBytes(bytes, type, at, end);
  const wrapped = Buffer.alloc(length + 8);
  wrapped.writeInt32LE(wrapped.length, 0);
  wrapped[4] = type;
  wrapped[5] = 0x76;
  bytes.copy(wrapped, 7, at, at + length);
  return decode(wrapped)['v'];
}
