import mongoose, { type Model, type mongo } from 'mongoose';
import { decodeRows } from './decode-rows.ts';

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
 * and row by row. What does not fit into one, or fails, is left to the driver's own way, which goes on and tries again.
 */
export async function readRows<Row extends { _id: string }, Read = Row>(
  model: Model<Row>,
  filter: mongo.Filter<Row>,
  { fields: projection = {}, sort = {}, limit = 0 }: Wanted = {},
): Promise<Read[]> {
  const rows = await inOneAnswer<Row, Read>(model, { filter, projection, sort, limit }).catch(() => null);
  if (rows) return rows;
  const found = nativeOf(model).find(filter, { projection, sort, limit, batchSize: ROWS_AN_ANSWER });
  return found.toArray() as Promise<Read[]>;
}

/** Null where there are more than one answer holds. */
async function inOneAnswer<Row, Read>({ collection, db }: Model<Row>, query: mongo.Document): Promise<Read[] | null> {
  const database = db.getClient().db(db.name);
  const command = { find: collection.name, ...query, batchSize: ROWS_AN_ANSWER };
  const { cursor } = await database.command(command, { raw: true });
  const { firstBatch, id } = decodeRows(cursor) as { firstBatch: Read[]; id: number | mongo.Long };
  if (id === 0) return firstBatch;
  await database.command({ killCursors: collection.name, cursors: [mongoose.mongo.Long.fromValue(id)] });
  return null;
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
  const { collection, db } = model;
  const writeConcern = { w: 'majority', j: true };
  const command = { update: collection.name, updates, ordered: false, writeConcern };
  const said = await db.getClient().db(db.name).command(command);
  const { n, nModified, writeErrors = [], writeConcernError } = said as Answer;
  const [fault = writeConcernError] = writeErrors;
  if (fault)
    throw Object.assign(new Error(`Rows of ${collection.name} could not be changed: ${fault.errmsg}`), {
      code: fault.code,
    });
  return { met: n, changed: nModified };
}

type Fault = { errmsg: string; code: number };
type Answer = { n: number; nModified: number; writeErrors?: Fault[]; writeConcernError?: Fault };

/** So that the largest page comes by one answer. */
export const ROWS_AN_ANSWER = 5_000;

/** Rows of one write: larger ones hold up the small ones that single events wait for. */
export const ROWS_A_COMMAND = 100;
