import { encode, type Doc } from '../bson/document.ts';
import type { Portions } from '../query/read.ts';

/** What a cursor on no documents reads from. */
export function* nothing(): Portions<Uint8Array> {
  // A collection that does not exist has no documents.
}

/** Documents in memory, as what a cursor reads from. */
export function* inMemory(documents: readonly Doc[]): Portions<Uint8Array> {
  const portion = 100;
  for (let at = 0; at < documents.length; at += portion) yield documents.slice(at, at + portion).map(encode);
}
