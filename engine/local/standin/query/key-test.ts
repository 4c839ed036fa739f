import { endOfValue } from '../bson/key-ends.ts';
import { encodeKey, typeTag } from '../bson/keys.ts';
import type { IndexField } from '../storage/index-spec.ts';
import { isEquality, keyEnds, type Bound } from './bound.ts';

/** Whether an index entry's key meets the bounds on fields that the key ranges could not narrow. */
export type KeyTest = (key: Uint8Array) => boolean;

type PartTest = (part: Uint8Array) => boolean;

/** Only for indexes without lists, where the parts of a key are the document's values. */
export function keyTest(fields: readonly IndexField[], bounds: readonly Bound[]): KeyTest {
  const tests = fields.map(({ path, descending }) =>
    bounds.filter((bound) => bound.path === path).map((bound) => partTest(bound, descending)),
  );
  const last = tests.findLastIndex((list) => list.length > 0);
  const flips = fields.map(({ descending }) => (descending ? 0xff : 0));
  return (key) => {
    let at = 0;
    for (let field = 0; field <= last; field++) {
      const end = endOfValue(key, at, flips[field] ?? 0);
      for (const test of tests[field] ?? []) if (!test(key.subarray(at, end))) return false;
      at = end;
    }
    return true;
  };
}

function partTest(bound: Bound, descending: boolean): PartTest {
  if (isEquality(bound)) {
    const keys = bound.values.map((value) => encodeKey([{ value, descending }]));
    const [only] = keys;
    if (only && keys.length === 1) return (part) => only.equals(part);
    const texts = new Set(keys.map((key) => key.toString('latin1')));
    return (part) => texts.has(Buffer.from(part).toString('latin1'));
  }
  const tag = typeTag(bound.values[0]) ^ (descending ? 0xff : 0);
  const { low, high } = keyEnds(bound, descending);
  return (part) =>
    part[0] === tag && (!low || Buffer.compare(part, low) >= 0) && (!high || Buffer.compare(part, high) < 0);
}
