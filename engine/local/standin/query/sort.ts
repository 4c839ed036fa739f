import { isDoc, type Doc } from '../bson/document.ts';
import { encodeKey, encodeValue } from '../bson/keys.ts';
import { Fault } from '../faults.ts';
import { valuesAt } from '../storage/index-keys.ts';
import type { IndexField } from '../storage/index-spec.ts';
import type { Equality } from './bound.ts';

export type SortField = IndexField;

/** @throws Fault for $natural, $meta and the like, which as field names would silently sort nothing */
export function readSort(sort: unknown): SortField[] {
  if (sort === undefined || sort === null) return [];
  if (!isDoc(sort)) throw new Fault('TypeMismatch', 'sort must be an object');
  return Object.entries(sort).map(([path, direction]) => {
    if (path.startsWith('$') || (direction !== 1 && direction !== -1))
      throw new Fault('BadValue', `unsupported sort: ${path}: ${JSON.stringify(direction)}`);
    return { path, parts: path.split('.'), descending: direction === -1 };
  });
}

/** Whether walking an index within the equalities gives the order, and in which direction. */
export function orderOf(
  fields: readonly IndexField[],
  equalities: readonly Equality[],
  sort: readonly SortField[],
): 'forward' | 'backward' | undefined {
  const fixed = new Set(equalities.filter(({ bound }) => bound.values.length === 1).map(({ bound }) => bound.path));
  let direction: 'forward' | 'backward' | undefined;
  let at = 0;
  for (const wanted of sort) {
    // A field that is fixed to one value neither orders anything nor breaks an order.
    if (fixed.has(wanted.path)) continue;
    while (fixed.has(fields[at]?.path ?? '')) at++;
    const field = fields[at++];
    if (field?.path !== wanted.path) return undefined;
    const needed = field.descending === wanted.descending ? 'forward' : 'backward';
    if (direction !== undefined && direction !== needed) return undefined;
    direction = needed;
  }
  // Several values of a field that the sort does not name would come one after the other.
  const grouped = equalities.slice(at).some(({ bound }) => bound.values.length > 1);
  return grouped ? undefined : (direction ?? 'forward');
}

/**
 * The key to sort a document by. It is made as index keys are, so that a sort in memory and an index
 * agree; of a list counts the smallest element, or the largest when descending.
 */
export function sortKey(doc: Doc, sort: readonly SortField[]): Buffer {
  return encodeKey(sort.map(({ parts, descending }) => ({ value: sortValue(doc, parts, descending), descending })));
}

function sortValue(doc: Doc, parts: readonly string[], descending: boolean): unknown {
  const { values } = valuesAt(doc, parts);
  if (values.length <= 1) return values[0];
  const ordered = values
    .map((value) => ({ value, key: encodeValue(value) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  return ordered.at(descending ? -1 : 0)?.value;
}
