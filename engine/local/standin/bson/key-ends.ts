import { TAG } from './keys.ts';

/** Where the value that begins at `at` ends. `flip` is 0xff for one that descends, else 0. */
export function endOfValue(key: Uint8Array, at: number, flip: number): number {
  switch ((key[at] ?? 0) ^ flip) {
    case TAG.number:
      return at + 11;
    case TAG.date:
    case TAG.timestamp:
      return at + 9;
    case TAG.objectId:
      return at + 13;
    case TAG.boolean:
      return at + 2;
    case TAG.text:
      return endOfText(key, at + 1, flip);
    case TAG.pattern:
      return endOfText(key, endOfText(key, at + 1, flip), flip);
    case TAG.binary: {
      const byte = (offset: number): number => (key[at + offset] ?? 0) ^ flip;
      return at + 6 + ((byte(1) * 256 + byte(2)) * 256 + byte(3)) * 256 + byte(4);
    }
    case TAG.list:
      return endOfNested(key, at + 1, flip, endOfValue);
    case TAG.document:
      return endOfNested(key, at + 1, flip, (bytes, field) =>
        endOfValue(bytes, endOfText(bytes, field + 1, flip), flip),
      );
    default:
      return at + 1;
  }
}

function endOfText(key: Uint8Array, at: number, flip: number): number {
  const [zero, escape] = [flip, 0xff ^ flip];
  for (;;) {
    while (at < key.length && key[at] !== zero) at++;
    // A zero inside the text is followed by ff, which no tag is.
    if (key[at + 1] !== escape) return at + 1;
    at += 2;
  }
}

function endOfNested(key: Uint8Array, at: number, flip: number, next: typeof endOfValue): number {
  while (at < key.length && key[at] !== flip) at = next(key, at, flip);
  return at + 1;
}
