import { findRows } from '../query/find.ts';
import type { Catalog } from './catalog.ts';

/** Per index and sweep, so that a backlog does not hold up the clients. */
const MOST_REMOVED = 2000;

/** Removes the documents whose TTL field is a date too long ago; returns how many. */
export function removeExpired(catalog: Catalog, now: Date): number {
  let removed = 0;
  for (const collection of catalog.list()) {
    for (const { spec } of collection.indexes) {
      const [field] = spec.fields;
      if (spec.expireAfterSeconds === undefined || !field) continue;
      const before = new Date(now.getTime() - spec.expireAfterSeconds * 1000);
      const expired = findRows(collection, { filter: { [field.path]: { $lt: before } }, limit: MOST_REMOVED });
      for (const row of [...expired].flat()) {
        collection.remove(row);
        removed++;
      }
    }
  }
  return removed;
}
