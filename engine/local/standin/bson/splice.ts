import type { Doc } from './document.ts';
import { valueBytes } from './inspect.ts';
import { endOfName, isAt, nameAt } from './names.ts';
import { take } from './pick.ts';

/** A field to be put into stored documents, or values to be added to its list. */
interface Insertion {
  /** Its name. */
  readonly bytes: Buffer;
  /** The whole field, for a document that has none. */
  readonly field: Buffer;
  /** Values that go behind those of a list; undefined puts the field in place of what is there. */
  readonly added: readonly Value[] | undefined;
}

interface Value {
  readonly type: number;
  readonly bytes: Buffer;
}

/** Changes a stored document without decoding it: the very bytes where nothing differs, undefined where it cannot. */
export type Splice = (bytes: Uint8Array) => Uint8Array | undefined;

const DOCUMENT = 0x03;
const LIST = 0x04;
const UNDEFINED = 0x06;
const HEAD_BYTES = 4;
const SET = Buffer.from('$set');
const PUSH = Buffer.from('$push');
const EACH = Buffer.from('$each');

/** An update of whole top-level fields. */
export interface Spliced {
  /** All that it touches. */
  readonly names: ReadonlySet<string>;
  /** What it puts in place of whatever is there. */
  readonly values: Doc;
  readonly splice: Splice;
}

/**
 * An update of whole top-level fields by `$set` and `$push` alone; undefined for any other.
 * @param update its own bytes, which are what is put into documents
 */
export function spliceFor(update: Uint8Array): Spliced | undefined {
  const bytes = bufferOf(update);
  const names = new Set<string>();
  const insertions: Insertion[] = [];
  let values: Doc = {};
  for (const operator of fieldsOf(bytes, 0)) {
    const insertionOf = isNamed(bytes, operator, SET) ? replacement : isNamed(bytes, operator, PUSH) ? addition : null;
    if (!insertionOf || operator.type !== DOCUMENT) return undefined;
    if (insertionOf === replacement) values = take(bytes, operator.valueAt).rest;
    for (const field of fieldsOf(bytes, operator.valueAt)) {
      const name = bytes.toString('utf8', field.nameAt, field.nameEnd);
      const made = isWhole(name) && !names.has(name) ? insertionOf(bytes, field) : undefined;
      if (!made) return undefined;
      names.add(name);
      insertions.push(made);
    }
  }
  // An empty update is a whole document without fields.
  if (insertions.length === 0) return undefined;
  const splice: Splice = (stored) => {
    const before = bufferOf(stored);
    const after = spliced(before, insertions);
    return after === before ? stored : after;
  };
  return { names, values, splice };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Where a field stands: its type, and behind that its name, a zero, and its value. */
interface Field {
  readonly type: number;
  readonly nameAt: number;
  readonly nameEnd: number;
  readonly valueAt: number;
  readonly end: number;
}

function fieldsOf(bytes: Buffer, document: number): Field[] {
  const fields: Field[] = [];
  let at = document + HEAD_BYTES;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    const nameEnd = endOfName(bytes, at + 1);
    const valueAt = nameEnd + 1;
    const end = valueAt + valueBytes(bytes, type, valueAt, bytes.length);
    fields.push({ type, nameAt: at + 1, nameEnd, valueAt, end });
    at = end;
  }
  return fields;
}

function isNamed(bytes: Buffer, { nameAt: at, nameEnd }: Field, name: Buffer): boolean {
  return nameEnd - at === name.length && isAt(bytes, at, name);
}

function isWhole(name: string): boolean {
  return name !== '_id' && name !== '' && !name.includes('.') && !name.includes('$');
}

function replacement(bytes: Buffer, { type, nameAt: at, nameEnd, end }: Field): Insertion | undefined {
  if (type === UNDEFINED) return undefined;
  return { bytes: bytes.subarray(at, nameEnd), field: bytes.subarray(at - 1, end), added: undefined };
}

/** Of a list of values; undefined where it says anything else. */
function addition(bytes: Buffer, { type, nameAt: at, nameEnd, valueAt }: Field): Insertion | undefined {
  const [each, ...more] = type === DOCUMENT ? fieldsOf(bytes, valueAt) : [];
  if (!each || more.length > 0 || each.type !== LIST || !isNamed(bytes, each, EACH)) return undefined;
  const values = fieldsOf(bytes, each.valueAt);
  if (values.length === 0 || values.some((value) => value.type === UNDEFINED)) return undefined;
  const name = bytes.subarray(at, nameEnd);
  return {
    bytes: name,
    field: Buffer.concat([Buffer.from([LIST]), name, END, bytes.subarray(each.valueAt, each.end)]),
    added: values.map((value) => ({ type: value.type, bytes: bytes.subarray(value.valueAt, value.end) })),
  };
}

function spliced(bytes: Buffer, insertions: readonly Insertion[]): Uint8Array | undefined {
  const parts: Buffer[] = [];
  const found = new Set<Insertion>();
  let kept = 0;
  let at = HEAD_BYTES;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    const nameEnd = endOfName(bytes, at + 1);
    const end = nameEnd + 1 + valueBytes(bytes, type, nameEnd + 1, bytes.length);
    const here = nameAt(bytes, { from: at + 1, to: nameEnd }, insertions);
    if (here) {
      if (here.added && type !== LIST) return undefined;
      const field = here.added ? lengthened(bytes.subarray(at, end), nameEnd + 1 - at, here.added) : here.field;
      found.add(here);
      if (bytes.compare(field, 0, field.length, at, end) !== 0) {
        parts.push(bytes.subarray(kept, at), field);
        kept = end;
      }
    }
    // What comes behind the last of them stays as it is.
    at = found.size === insertions.length ? bytes.length - 1 : end;
  }
  if (parts.length === 0 && found.size === insertions.length) return bytes;
  parts.push(bytes.subarray(kept, at));
  for (const one of insertions) if (!found.has(one)) parts.push(one.field);
  parts.push(END);
  const after = Buffer.concat(parts);
  after.writeInt32LE(after.length, 0);
  return after;
}

const END = Buffer.alloc(1);

/** A list's field with values behind those it has; its elements are named by their places. */
function lengthened(field: Buffer, valueAt: number, added: readonly Value[]): Buffer {
  let count = 0;
  let at = valueAt + HEAD_BYTES;
  for (let type = field[at] ?? 0; type !== 0; type = field[at] ?? 0) {
    const nameEnd = endOfName(field, at + 1);
    at = nameEnd + 1 + valueBytes(field, type, nameEnd + 1, field.length);
    count++;
  }
  const elements = added.flatMap(({ type, bytes }, index) => [
    Buffer.from(`${String.fromCharCode(type)}${count + index}\0`, 'latin1'),
    bytes,
  ]);
  const longer = Buffer.concat([field.subarray(0, at), ...elements, END]);
  longer.writeInt32LE(longer.length - valueAt, valueAt);
  return longer;
}
