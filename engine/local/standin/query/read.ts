import { Fault } from '../faults.ts';
import type { Collection, Row } from '../storage/collection.ts';
import { bytesAt, numberAt } from '../storage/sqlite.ts';
import type { KeyRange } from './bound.ts';
import type { Plan } from './plan.ts';

/**
 * Something that comes in portions. Between two of them others may run, so a portion may be empty,
 * and what is read next is read as it is then.
 */
export type Portions<T> = Generator<T[], void, void>;

interface Entry {
  readonly key: Uint8Array;
  readonly rowId: number;
  /** Read along with the key, unless the key is to be tested first. */
  readonly bytes: Uint8Array | undefined;
}

/** An entry that was found with its document. */
type Found = Entry & Row;

const MOST_ROWS = 256;
/** After a portion this large the next is a small one, so that large documents do not fill memory. */
const LARGE_BYTES = 1024 * 1024;
const SMALL_PORTION = 4;

/** The documents of a plan, not yet tested. `first` is how many are probably wanted, at first. */
export function* readRows(collection: Collection, plan: Plan, first: number): Portions<Row> {
  const docSql = `SELECT doc FROM ${collection.table} WHERE row_id = ?`;
  for (const entries of readEntries(collection, plan, { first, withDocuments: !plan.keyTest })) {
    const rows: Row[] = [];
    for (const { rowId, bytes } of entries) {
      if (bytes) rows.push({ rowId, bytes });
      else rows.push({ rowId, bytes: bytesAt(collection.sqlite.statement(docSql).get(rowId), 0) });
    }
    yield rows;
  }
}

/** How many entries a plan covers, where its keys alone settle the filter and list no document twice. */
export function* countEntries(collection: Collection, plan: Plan): Generator<void, number, void> {
  let total = 0;
  if (plan.keyTest) {
    for (const entries of readEntries(collection, plan, { first: MOST_ROWS, withDocuments: false })) {
      total += entries.length;
      yield;
    }
    return total;
  }
  const { index, ranges } = plan;
  if (index === undefined)
    return numberAt(collection.sqlite.statement(`SELECT count(*) FROM ${collection.table}`).get(), 0);
  const [table, column] = index === '_id' ? [collection.table, 'id'] : [index.table, 'key'];
  for (const { low, high } of ranges) {
    const sql = `SELECT count(*) FROM ${table} WHERE ${column} >= ? AND ${column} < ?`;
    total += numberAt(collection.sqlite.statement(sql).get(low, high), 0);
    yield;
  }
  return total;
}

interface Reading {
  readonly first: number;
  readonly withDocuments: boolean;
}

/**
 * Index entries, or rows of a scan. It remembers the last key rather than keep a statement open: an
 * open one would bar schema changes, and keep the log from shrinking while a client dawdles.
 */
function* readEntries(collection: Collection, plan: Plan, reading: Reading): Portions<Entry> {
  const seen = plan.multikey ? new Set<number>() : undefined;
  for (const entries of rawEntries(collection, plan, reading)) {
    yield entries.filter(({ key, rowId }) => {
      if (plan.keyTest && !plan.keyTest(key)) return false;
      if (!seen) return true;
      return !seen.has(rowId) && Boolean(seen.add(rowId));
    });
    const { index } = plan;
    if (collection.dropped || (typeof index === 'object' && index.dropped))
      throw new Fault('QueryPlanKilled', `${collection.namespace} or its index was dropped while being read`);
  }
}

function* rawEntries(collection: Collection, plan: Plan, reading: Reading): Portions<Entry> {
  const { index } = plan;
  if (index === undefined) {
    const sql = `SELECT row_id, row_id, doc FROM ${collection.table} WHERE row_id > ? ORDER BY row_id LIMIT ?`;
    const after = (last: Entry | undefined, count: number): unknown[] =>
      collection.sqlite.statement(sql).all(last?.rowId ?? 0, count);
    return yield* readOn(reading.first, after, () => NO_KEY);
  }
  const pointsOnly = index === '_id' || index.spec.unique;
  const sql = rangeSql(collection, plan, reading);
  let points: KeyRange[] = [];
  for (const range of plan.ranges) {
    if (pointsOnly && range.exact) {
      points.push(range);
      if (points.length >= MOST_ROWS) yield readPoints(collection, plan, points.splice(0));
      continue;
    }
    const [start, end] = plan.backward ? [range.high, range.low] : [range.low, range.high];
    const after = (last: Entry | undefined, count: number): unknown[] =>
      collection.sqlite.statement(sql).all(last?.key ?? start, last?.rowId ?? -1, end, count);
    yield* readOn(reading.first, after, (row) => bytesAt(row, 0), reading.withDocuments);
  }
  if (points.length > 0) yield readPoints(collection, plan, points);
}

const NO_KEY = new Uint8Array(0);

function* readOn(
  first: number,
  after: (last: Entry | undefined, count: number) => unknown[],
  keyOf: (row: unknown) => Uint8Array,
  withDocuments = true,
): Portions<Entry> {
  let count = Math.min(Math.max(first, SMALL_PORTION), MOST_ROWS);
  let last: Entry | undefined;
  for (;;) {
    let bytesRead = 0;
    const entries = after(last, count).map((row): Entry => {
      const bytes = withDocuments ? bytesAt(row, 2) : undefined;
      bytesRead += bytes?.byteLength ?? 0;
      return { key: keyOf(row), rowId: numberAt(row, 1), bytes };
    });
    last = entries.at(-1);
    const ended = entries.length < count;
    yield entries;
    if (ended) return;
    count = bytesRead > LARGE_BYTES ? SMALL_PORTION : Math.min(count * 4, MOST_ROWS);
  }
}

function rangeSql(collection: Collection, { index, backward }: Plan, { withDocuments }: Reading): string {
  const [start, end, order] = backward ? ['<', '>=', 'DESC'] : ['>', '<', 'ASC'];
  const where = (key: string, rowId: string): string =>
    `WHERE (${key}, ${rowId}) ${start} (?, ?) AND ${key} ${end} ? ORDER BY ${key} ${order}, ${rowId} ${order} LIMIT ?`;
  const { table } = collection;
  if (typeof index !== 'object') return `SELECT id, row_id, doc FROM ${table} ${where('id', 'row_id')}`;
  if (!withDocuments) return `SELECT key, row_id FROM ${index.table} ${where('key', 'row_id')}`;
  // CROSS JOIN keeps the order of the tables: entries first, then their documents.
  return `SELECT e.key, e.row_id, d.doc FROM ${index.table} e CROSS JOIN ${table} d ON d.row_id = e.row_id
    ${where('e.key', 'e.row_id')}`;
}

/** The documents whose `_id`s have these keys. */
export function readByIdKeys(collection: Collection, keys: readonly Buffer[]): Found[] {
  return readKeys(collection, `SELECT row_id, doc FROM ${collection.table} WHERE id = ?`, keys);
}

function readPoints(collection: Collection, { index }: Plan, points: readonly KeyRange[]): Found[] {
  const keys = points.map(({ low }) => low);
  if (typeof index !== 'object') return readByIdKeys(collection, keys);
  const sql = `SELECT d.row_id, d.doc FROM ${index.table} e CROSS JOIN ${collection.table} d ON d.row_id = e.row_id WHERE e.key = ?`;
  return readKeys(collection, sql, keys);
}

/** Where a key has one row at most, looking each up takes half the time of a range. */
function readKeys({ sqlite }: Collection, sql: string, keys: readonly Buffer[]): Found[] {
  const statement = sqlite.statement(sql);
  return keys.flatMap((key) => {
    const row = statement.get(key);
    return row === undefined ? [] : [{ key, rowId: numberAt(row, 0), bytes: bytesAt(row, 1) }];
  });
}
