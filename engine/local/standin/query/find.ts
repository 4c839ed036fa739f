import { encodeValue } from '../bson/keys.ts';
import { pick, pickerFor } from '../bson/pick.ts';
import type { Doc } from '../bson/document.ts';
import type { Collection, Row } from '../storage/collection.ts';
import { allOf, type Condition, readFilter } from './filter.ts';
import { planQuery, type Plan } from './plan.ts';
import { readProjection } from './projection.ts';
import { countEntries, readByIdKeys, readRows, type Portions } from './read.ts';
import { sortKey, type SortField } from './sort.ts';

export interface FindQuery {
  readonly filter: Doc;
  readonly sort?: readonly SortField[];
  readonly skip?: number;
  /** 0 is no limit. */
  readonly limit?: number;
  readonly projection?: unknown;
}

const FIRST_GUESS = 32;

/** The rows that match, in the order asked for, after skip and limit. */
export function* findRows(collection: Collection, query: FindQuery): Portions<Row> {
  const { sort = [], skip = 0, limit = 0 } = query;
  if (skip === 0 && typeof query.filter['_id'] === 'string') return yield rowOf(collection, query.filter);
  const conditions = readFilter(query.filter);
  const wanted = limit === 0 ? Infinity : skip + limit;
  const plan = planQuery(collection, conditions, sort, limit === 0 ? 0 : wanted);
  if (!plan.sorted) return yield* sortedRows(matches(collection, plan, Infinity), { sort, skip, wanted });
  let passed = 0;
  for (const rows of matches(collection, plan, wanted)) {
    const taken = rows.slice(Math.max(0, skip - passed), wanted - passed);
    passed += rows.length;
    yield taken;
    if (passed >= wanted) return;
  }
}

/** The row of one id, where it matches: what most statements ask for, and a plan would cost more than to read it. */
function rowOf(collection: Collection, { _id: id, ...others }: Doc): Row[] {
  return readByIdKeys(collection, [encodeValue(id)]).filter(rowTest(readFilter(others)));
}

/** Whether a row meets all conditions; no more of it is read than they look at. */
function rowTest(conditions: readonly Condition[]): (row: Row) => boolean {
  if (conditions.length === 0) return () => true;
  const test = allOf(conditions);
  const picker = pickerFor(conditions.flatMap(({ paths }) => paths));
  return ({ bytes }) => test(pick(bytes, picker));
}

/** The same as bytes to be sent, projected where that was asked for. */
export function* findDocuments(collection: Collection, query: FindQuery): Portions<Uint8Array> {
  const project = readProjection(query.projection);
  for (const rows of findRows(collection, query)) yield rows.map(({ bytes }) => (project ? project(bytes) : bytes));
}

/** How many match; from the index alone where it settles the filter. */
export function* countMatches(collection: Collection, query: FindQuery): Generator<void, number, void> {
  const { skip = 0, limit = 0 } = query;
  const wanted = limit === 0 ? Infinity : skip + limit;
  const plan = planQuery(collection, readFilter(query.filter));
  let total = 0;
  if (plan.residual.length === 0 && !plan.multikey) total = yield* countEntries(collection, plan);
  else {
    for (const rows of matches(collection, plan, wanted)) {
      total += rows.length;
      if (total >= wanted) break;
      yield;
    }
  }
  return Math.max(0, Math.min(total, wanted) - skip);
}

function* matches(collection: Collection, plan: Plan, wanted: number): Portions<Row> {
  const { residual } = plan;
  const rows = readRows(collection, plan, residual.length === 0 ? wanted : FIRST_GUESS);
  if (residual.length === 0) return yield* rows;
  const test = rowTest(residual);
  for (const portion of rows) yield portion.filter(test);
}

interface Order {
  readonly sort: readonly SortField[];
  readonly skip: number;
  readonly wanted: number;
}

/** Sorts in memory. Where there is a limit, what cannot be among the first is dropped every so often. */
function* sortedRows(source: Portions<Row>, { sort, skip, wanted }: Order): Portions<Row> {
  const picker = pickerFor(sort.map(({ path }) => path));
  const keyed: { readonly key: Buffer; readonly row: Row }[] = [];
  const order = (): void => {
    keyed.sort((a, b) => Buffer.compare(a.key, b.key) || a.row.rowId - b.row.rowId);
  };
  for (const rows of source) {
    for (const row of rows) keyed.push({ key: sortKey(pick(row.bytes, picker), sort), row });
    if (keyed.length > 2 * wanted + 1000) {
      order();
      keyed.length = wanted;
    }
    yield [];
  }
  order();
  yield keyed.slice(skip, wanted).map(({ row }) => row);
}
