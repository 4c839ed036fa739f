import type { Collection } from '../storage/collection.ts';
import { numberAt } from '../storage/sqlite.ts';
import type { Candidate } from './plan.ts';

/** Entries are counted up to here: enough to tell what is small, and done within a millisecond. */
const MOST_COUNTED = 4000;
const MOST_RANGES_COUNTED = 20;
const SORT_FACTOR = 1.5;

/** The candidate that needs to read the least, by counting entries in front of each. */
export function cheapest(
  collection: Collection,
  candidates: readonly Candidate[],
  { limit, sorting }: { limit: number; sorting: boolean },
): Candidate | undefined {
  if (candidates.length <= 1) return candidates[0];
  const rows = numberAt(collection.sqlite.statement(`SELECT max(row_id) FROM ${collection.table}`).get(), 0);
  const sized = candidates.map((candidate) => ({ candidate, entries: entriesOf(collection, candidate, rows) }));
  /** As many match at most; how many of an index must be walked for a page follows from it. */
  const matches = Math.max(1, Math.min(...sized.map(({ entries }) => entries)));
  let best: { candidate: Candidate; cost: number } | undefined;
  for (const { candidate, entries } of sized) {
    const stopsEarly = limit > 0 && (!sorting || candidate.order !== undefined);
    const reads = stopsEarly ? Math.min(entries, (entries / matches) * limit) : entries;
    const sorts = sorting && candidate.order === undefined ? SORT_FACTOR : 1;
    const cost = (reads + 1) * sorts * 0.9 ** candidate.covered;
    if (!best || cost < best.cost) best = { candidate, cost };
  }
  return best?.candidate;
}

function entriesOf(collection: Collection, { index, ranges, equalities, interval }: Candidate, rows: number): number {
  if (equalities.length === 0 && !interval) return rows;
  const [table, column] = index === '_id' ? [collection.table, 'id'] : [index.table, 'key'];
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${column} >= ? AND ${column} < ? LIMIT ${MOST_COUNTED})`;
  const counted = ranges.slice(0, MOST_RANGES_COUNTED);
  let entries = 0;
  for (const { low, high } of counted) {
    entries += numberAt(collection.sqlite.statement(sql).get(low, high), 0);
    if (entries >= MOST_COUNTED) return MOST_COUNTED;
  }
  return (entries * ranges.length) / Math.max(1, counted.length);
}
