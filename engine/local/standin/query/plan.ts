import { typeTag } from '../bson/keys.ts';
import type { Collection } from '../storage/collection.ts';
import type { IndexField } from '../storage/index-spec.ts';
import type { IndexTable } from '../storage/index-table.ts';
import { isEquality, keyRanges, type Bound, type Equality, type Interval, type KeyRange } from './bound.ts';
import { cheapest } from './cost.ts';
import type { Condition } from './filter.ts';
import { keyTest, type KeyTest } from './key-test.ts';
import { orderOf, type SortField } from './sort.ts';

/** How to read the documents that a query needs: along an index, or all of them. */
export interface Plan {
  /** '_id' is the key of the documents' own table; undefined is a scan of it, in order of insertion. */
  readonly index: IndexTable | '_id' | undefined;
  readonly ranges: readonly KeyRange[];
  readonly backward: boolean;
  /** Tests further fields of an index entry, before its document is read. */
  readonly keyTest: KeyTest | undefined;
  /** What must be tested on each document that was read. */
  readonly residual: readonly Condition[];
  readonly sorted: boolean;
  /** One document may be listed several times, and must be taken once. */
  readonly multikey: boolean;
}

export interface Candidate {
  readonly index: IndexTable | '_id';
  readonly fields: readonly IndexField[];
  readonly equalities: readonly Equality[];
  readonly interval: Interval | undefined;
  readonly order: 'forward' | 'backward' | undefined;
  readonly ranges: readonly KeyRange[];
  /** How many bounds its keys can settle, in front or behind. */
  readonly covered: number;
}

const ID_FIELDS: readonly IndexField[] = [{ path: '_id', parts: ['_id'], descending: false }];
/** Beyond so many combinations of `$in` lists, further fields are left to tests. */
const MOST_RANGES = 20_000;

/** Chooses how to read. `limit` 0 is none; it decides whether walking in order beats sorting. */
export function planQuery(
  collection: Collection,
  conditions: readonly Condition[],
  sort: readonly SortField[] = [],
  limit = 0,
): Plan {
  const bounds = conditions.flatMap(({ bound }) => bound ?? []);
  const byId = candidate('_id', ID_FIELDS, bounds, sort);
  if (byId.equalities.length > 0) return planAlong(byId, conditions, sort);
  const candidates = [
    byId,
    ...collection.indexes
      .filter((index) => holdsAll(index, bounds))
      .map((index) => candidate(index, index.spec.fields, bounds, sort)),
  ].filter(isUseful);
  const best = candidates.find(isUniqueHit) ?? cheapest(collection, candidates, { limit, sorting: sort.length > 0 });
  if (best) return planAlong(best, conditions, sort);
  const scan = { index: undefined, ranges: [], backward: false, keyTest: undefined, multikey: false };
  return { ...scan, residual: conditions, sorted: sort.length === 0 };
}

/** Whether an index narrows down what is read, and does not only sort it. */
export function isBounded({ equalities, interval }: Candidate): boolean {
  return equalities.length > 0 || interval !== undefined;
}

/** A sparse index lacks documents, so it serves only conditions that those cannot meet. */
function holdsAll({ spec }: IndexTable, bounds: readonly Bound[]): boolean {
  if (!spec.sparse) return true;
  return bounds.some(({ path, values }) => !values.includes(null) && spec.fields.some((field) => field.path === path));
}

function isUseful(candidate: Candidate): boolean {
  return isBounded(candidate) || candidate.order !== undefined;
}

function isUniqueHit({ index, equalities }: Candidate): boolean {
  return index !== '_id' && index.spec.unique && equalities.length === index.spec.fields.length;
}

function candidate(
  index: IndexTable | '_id',
  fields: readonly IndexField[],
  bounds: readonly Bound[],
  sort: readonly SortField[],
): Candidate {
  const multikey = index !== '_id' && index.multikey;
  const equalities: Equality[] = [];
  let interval: Interval | undefined;
  let ranges = 1;
  for (const { path, descending } of fields) {
    const bound = bounds.find((other) => other.path === path && isEquality(other));
    if (!bound) {
      interval = intervalOn(
        bounds.filter((other) => other.path === path),
        { descending, multikey },
      );
      break;
    }
    ranges *= bound.values.length;
    if (ranges > MOST_RANGES && equalities.length > 0) break;
    equalities.push({ bound, descending });
  }
  const bounded = equalities.length > 0 || interval !== undefined;
  return {
    index,
    fields,
    equalities,
    interval,
    order: multikey || sort.length === 0 ? undefined : orderOf(fields, equalities, sort),
    ranges: bounded ? keyRanges(fields.length, equalities, interval) : [ALL_KEYS],
    covered: multikey ? 0 : bounds.filter(({ path }) => fields.some((field) => field.path === path)).length,
  };
}

const ALL_KEYS: KeyRange = { low: Buffer.alloc(0), high: Buffer.from([0xff]), exact: false };

/** Of a list, different elements may meet each bound, so a multikey index takes one. */
function intervalOn(
  bounds: readonly Bound[],
  { descending, multikey }: { descending: boolean; multikey: boolean },
): Interval | undefined {
  const [first] = bounds;
  if (!first) return undefined;
  const tag = typeTag(first.values[0]);
  const oneType = bounds.every(({ values }) => typeTag(values[0]) === tag);
  return { bounds: multikey || !oneType ? [first] : bounds, descending };
}

function planAlong(chosen: Candidate, conditions: readonly Condition[], sort: readonly SortField[]): Plan {
  const { index, fields, equalities, interval, order, ranges } = chosen;
  const multikey = index !== '_id' && index.multikey;
  const inRanges = new Set([...equalities.map(({ bound }) => bound), ...(interval?.bounds ?? [])]);
  const inKeys = conditions.flatMap(({ bound }) =>
    bound && !inRanges.has(bound) && fields.some(({ path }) => path === bound.path) ? [bound] : [],
  );
  const testsKeys = index !== '_id' && !multikey && inKeys.length > 0;
  const settled = new Set(testsKeys ? [...inRanges, ...inKeys] : inRanges);
  const backward = order === 'backward';
  return {
    index,
    ranges: backward ? ranges.toReversed() : ranges,
    backward,
    keyTest: testsKeys ? keyTest(fields, inKeys) : undefined,
    residual: multikey ? conditions : conditions.filter(({ bound }) => !bound || bound.inexact || !settled.has(bound)),
    sorted: sort.length === 0 || order !== undefined,
    multikey,
  };
}
