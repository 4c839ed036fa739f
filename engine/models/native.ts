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

/** So that a page comes by one answer. */
export const ROWS_AN_ANSWER = 1_000;

/** Rows of one write: larger ones hold up the small ones that single events wait for. */
export const ROWS_A_COMMAND = 100;
