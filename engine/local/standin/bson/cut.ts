import { valueBytes } from './inspect.ts';
import { endOfName, nameAt } from './names.ts';

const HEAD_BYTES = 4;
const END = Buffer.alloc(1);

/** Which top-level fields of a document stay: those named, or all others. */
export interface Cut {
  readonly names: readonly { readonly bytes: Buffer }[];
  readonly keepsNamed: boolean;
}

/** A cut by the names of whole fields. */
export function cutOf(names: readonly string[], keepsNamed: boolean): Cut {
  return { names: names.map((name) => ({ bytes: Buffer.from(name) })), keepsNamed };
}

/** A stored document with fewer fields: copied, not decoded. */
export function cut(stored: Uint8Array, { names, keepsNamed }: Cut): Uint8Array {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const parts: Buffer[] = [bytes.subarray(0, HEAD_BYTES)];
  let keptFrom = HEAD_BYTES;
  let at = HEAD_BYTES;
  for (let type = bytes[at] ?? 0; type !== 0; type = bytes[at] ?? 0) {
    const nameEnd = endOfName(bytes, at + 1);
    const end = nameEnd + 1 + valueBytes(bytes, type, nameEnd + 1, bytes.length);
    const isNamed = nameAt(bytes, { from: at + 1, to: nameEnd }, names) !== undefined;
    if (isNamed !== keepsNamed) {
      if (keptFrom < at) parts.push(bytes.subarray(keptFrom, at));
      keptFrom = end;
    }
    at = end;
  }
  if (keptFrom < at) parts.push(bytes.subarray(keptFrom, at));
  parts.push(END);
  const after = Buffer.concat(parts);
  after.writeInt32LE(after.length, 0);
  return after;
}
