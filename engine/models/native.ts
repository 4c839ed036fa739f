import type { Model, mongo } from 'mongoose';

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
  return nativeOf(model).find(filter, { projection: fields, batchSize: ROWS_AN_ANSWER }).toArray() as Promise<Read[]>;
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

/** So that a page comes by one answer. */
export const ROWS_AN_ANSWER = 1_000;

/** Rows of one write: larger ones hold up the small ones that single events wait for. */
export const ROWS_A_COMMAND = 100;
