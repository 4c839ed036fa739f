import { encode, isDoc, isList, type Doc } from './document.ts';
import { valueBytes } from './inspect.ts';
import { endOfName, nameAt } from './names.ts';

/** A field to be put into stored documents, or values to be added to its list, encoded once for all of them. */
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

const LIST = 0x04;
const HEAD_BYTES = 4;

/** An update of whole top-level fields by `$set` and `$push` alone; undefined for any other. */
export function spliceFor(update: Doc): Splice | undefined {
  const insertions: Insertion[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (!isDoc(fields) || !Object.entries(fields).every(isWhole)) return undefined;
    const made = operator === '$set' ? replacements(fields) : operator === '$push' ? additions(fields) : undefined;
    if (!made) return undefined;
    insertions.push(...made);
  }
  return (bytes) => {
    const before = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const after = spliced(before, insertions);
    return after === before ? bytes : after;
  };
}

function isWhole([name, operand]: [string, unknown]): boolean {
  return name !== '_id' && name !== '' && !name.includes('.') && !name.includes('$') && operand !== undefined;
}

/** Encoded together, and taken apart again: each call of the encoder costs more than a field. */
function replacements(fields: Doc): Insertion[] {
  const { buffer, byteOffset, byteLength } = encode(fields);
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const made: Insertion[] = [];
  let at = HEAD_BYTES;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    const nameEnd = endOfName(bytes, at + 1);
    const end = nameEnd + 1 + valueBytes(bytes, type, nameEnd + 1, bytes.length);
    made.push({ bytes: bytes.subarray(at + 1, nameEnd), field: bytes.subarray(at, end), added: undefined });
    at = end;
  }
  return made;
}

/** Of lists of values for each field; undefined where it says anything else. */
function additions(fields: Doc): Insertion[] | undefined {
  const made: Insertion[] = [];
  for (const [name, operand] of Object.entries(fields)) {
    if (!isDoc(operand) || Object.keys(operand).join() !== '$each') return undefined;
    const each = operand['$each'];
    if (!isList(each) || each.length === 0 || each.includes(undefined)) return undefined;
    made.push({ bytes: Buffer.from(name), field: fieldOf(name, each), added: each.map(valueOf) });
  }
  return made;
}

/** Type, name and value, as they stand in a document. */
function fieldOf(name: string, value: unknown): Buffer {
  const bytes = Buffer.from(encode({ [name]: value }));
  return bytes.subarray(HEAD_BYTES, bytes.length - 1);
}

function valueOf(value: unknown): Value {
  const field = fieldOf('', value);
  return { type: field[0] ?? 0, bytes: field.subarray(2) };
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
    at = end;
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
