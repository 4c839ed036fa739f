import mongoose, { type Model, type mongo } from 'mongoose';
import pMap from 'p-map';
import { inPages } from '../in-pages.ts';
import { decodeRows } from './decode-rows.ts';
import { DUPLICATE_KEY } from './duplicate-key.ts';
import { durably } from './durably.ts';

/** A noun's collection as the driver knows it, with the product's own ids: for bulk writes without casting. */
export function nativeOf<Row extends { _id: string }>(model: Model<Row>): mongo.Collection<Row> {
  return model.collection as unknown as mongo.Collection<Row>;
}

/** Rows by their ids, where there are hundreds: Mongoose would cast and copy each id. `only`: further conditions. */
export async function readByIds<Row extends { _id: string }, Read = Row>(
  model: Model<Row>,
  ids: readonly string[],
  { fields = {}, only }: { fields?: Record<string, 0 | 1>; only?: mongo.Filter<Row> } = {},
): Promise<Read[]> {
  const filter = { ...only, _id: { $in: ids } } as unknown as mongo.Filter<Row>;
  return readRows(model, filter, { fields });
}

/** Which rows, in what order, and what of them. */
export type Wanted = { fields?: Record<string, 0 | 1>; sort?: Record<string, 1 | -1>; limit?: number };

/**
 * All rows that a filter meets, where there are hundreds: by one answer that is decoded at once, instead of by a cursor
 * and row by row. What does not fit into one, or fails for now, is left to the driver's own way, which tries again.
 */
export async function readRows<Row extends { _id: string }, Read = Row>(
  model: Model<Row>,
  filter: mongo.Filter<Row>,
  { fields: projection = {}, sort = {}, limit = 0 }: Wanted = {},
): Promise<Read[]> {
  const rows = await inOneAnswer(model, { filter, projection, sort, limit });
  if (rows) return decodeRows(rows) as Read[];
  const found = nativeOf(model).find(filter, { projection, sort, limit, batchSize: ROWS_AN_ANSWER });
  return found.toArray() as Promise<Read[]>;
}

/** The rows' bytes; null where there are more than one answer holds, and where the database did not answer. */
async function inOneAnswer<Row>(model: Model<Row>, query: mongo.Document): Promise<Uint8Array[] | null> {
  const { collection } = model;
  const database = databaseOf(model);
  const command = { find: collection.name, ...query, batchSize: MOST_ROWS };
  try {
    const { cursor } = await database.command(command, { fieldsAsRaw: { firstBatch: true } });
    const { firstBatch, id } = cursor as { firstBatch: Uint8Array[]; id: number | mongo.Long };
    const open = mongoose.mongo.Long.fromValue(id);
    if (open.isZero()) return firstBatch;
    await database.command({ killCursors: collection.name, cursors: [open] });
    return null;
  } catch (error) {
    // It has been waited for already.
    if (error instanceof mongoose.mongo.MongoServerSelectionError) throw error;
    return null;
  }
}

/** One change of the rows that a filter meets, as the database takes it. */
export type UpdateStatement<Row> = {
  q: mongo.Filter<Row>;
  u: mongo.UpdateFilter<Row>;
  multi?: boolean;
};

/**
 * Makes changes by one command, each of them whether or not another fails, durably; answers how many rows they met and
 * changed. For many small statements: the driver's `bulkWrite` measures and copies each.
 * @throws Error when any of them failed, or may not be on disk
 */
export async function updateRows<Row extends { _id: string }>(
  model: Model<Row>,
  updates: readonly UpdateStatement<Row>[],
): Promise<{ met: number; changed: number }> {
  const { name } = model.collection;
  const command = { update: name, updates, ordered: false, ...durably };
  const { n, nModified, writeErrors = [], writeConcernError } = (await databaseOf(model).command(command)) as Answer;
  const [fault = writeConcernError] = writeErrors;
  if (fault) throw failure(`Rows of ${name} could not be changed`, fault);
  return { met: n, changed: nModified };
}

/**
 * Inserts rows by one command, each whether or not another is refused, durably; answers the places of those whose `_id`
 * or other unique key somebody has. For many small rows, 16 MB together: the driver's `insertMany` measures each.
 * @throws Error when one is refused for another reason, or may not be on disk
 */
export async function insertRows<Row extends { _id: string }>(
  model: Model<Row>,
  documents: readonly mongo.OptionalUnlessRequiredId<Row>[],
): Promise<Set<number>> {
  const { name } = model.collection;
  const command = { insert: name, documents, ordered: false, ...durably };
  const { writeErrors = [], writeConcernError } = (await databaseOf(model).command(command)) as Answer;
  const fault = writeErrors.find(({ code }) => code !== DUPLICATE_KEY) ?? writeConcernError;
  if (fault) throw failure(`Rows of ${name} could not be inserted`, fault);
  return new Set(writeErrors.map(({ index }) => index));
}

/**
 * Does a large write command by command, two at a time: while one is carried out, the next is on its way. When one fails
 * the others that were begun are waited for.
 */
export async function byCommands<Row, Done>(
  rows: readonly Row[],
  write: (some: Row[]) => Promise<Done>,
): Promise<Done[]> {
  try {
    return await pMap(inPages(rows, ROWS_A_COMMAND), write, { concurrency: 2, stopOnError: false });
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

function databaseOf<Row>({ db }: Model<Row>): mongo.Db {
  if (!db.db) throw new Error('The database is not connected.');
  return db.db;
}

function failure(what: string, { errmsg, code }: Fault): Error {
  return Object.assign(new Error(`${what}: ${errmsg}`), { code });
}

type Fault = { index: number; errmsg: string; code: number };
type Answer = { n: number; nModified: number; writeErrors?: Fault[]; writeConcernError?: Fault };

/** So that a page comes by one answer. */
export const ROWS_AN_ANSWER = 1_000;
/** The most that is read at once, and more than any page. */
const MOST_ROWS = 10_000;

/** Rows of one write: larger ones hold up the small ones that single events wait for. */
const ROWS_A_COMMAND = 100;
