import { Fault } from '../faults.ts';

/** MongoDB's own limit; recursive code, here and in bson, is safe with it. */
export const MAX_DEPTH = 180;

/** Bytes of a value by its type, where that is fixed. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
  0x7f: 0,
  0xff: 0,
};

/**
 * Walks a document without recursion and throws where bytes are not what BSON allows or where it
 * nests too deep, so that whatever reads it afterwards cannot run over its end or out of stack.
 * @throws Fault InvalidBSON, or Overflow for the depth
 */
export function inspect(bytes: Buffer): void {
  const ends: number[] = [openDocument(bytes, 0, bytes.length)];
  let at = 4;
  for (;;) {
    const end = ends[ends.length - 1] ?? 0;
    const type = bytes[at++] ?? 0;
    if (type === 0) {
      if (at !== end) throw malformed(at);
      ends.pop();
      if (ends.length === 0) return;
      continue;
    }
    at = skipName(bytes, at, end);
    if (type === 0x03 || type === 0x04) {
      ends.push(openDocument(bytes, at, end));
      if (ends.length > MAX_DEPTH) throw new Fault('Overflow', `documents may nest ${MAX_DEPTH} levels deep`);
      at += 4;
    } else at += valueBytes(bytes, type, at, end);
    if (at >= end && type !== 0x03 && type !== 0x04) throw malformed(at);
  }
}

function openDocument(bytes: Buffer, at: number, end: number): number {
  if (at + 5 > end) throw malformed(at);
  const documentEnd = at + bytes.readInt32LE(at);
  if (documentEnd < at + 5 || documentEnd > end || bytes[documentEnd - 1] !== 0) throw malformed(at);
  return documentEnd;
}

function skipName(bytes: Buffer, at: number, end: number): number {
  while (at < end && bytes[at] !== 0) at++;
  return at + 1;
}

/** How many bytes a value takes, from its own length where the type has no fixed one. */
export function valueBytes(bytes: Buffer, type: number, at: number, end: number): number {
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) return fixed;
  if (type === 0x0b) return skipName(bytes, skipName(bytes, at, end), end) - at;
  if (at + 4 > end) throw malformed(at);
  const length = bytes.readInt32LE(at);
  if (length < 0) throw malformed(at);
  if (type === 0x02 || type === 0x0d || type === 0x0e) {
    if (length < 1 || at + 4 + length >= end || bytes[at + 3 + length] !== 0) throw malformed(at);
    return 4 + length;
  }
  if (type === 0x05) return 5 + length;
  if (type === 0x03 || type === 0x04) return length;
  throw new Fault('InvalidBSON', `BSON type 0x${type.toString(16)} is not supported`);
}

function malformed(at: number): Fault {
  return new Fault('InvalidBSON', `malformed BSON at byte ${at}`);
}
