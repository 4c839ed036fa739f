import type { Model, mongo } from 'mongoose';

/** A noun's collection as the driver knows it, with the product's own ids: for bulk writes without casting. */
export function nativeOf<Row extends { _id: string }>(model: Model<Row>): mongo.Collection<Row> {
  return model.collection as unknown as mongo.Collection<Row>;
}

/** Rows of one write: larger ones hold up the small ones that single events wait for. */
export const ROWS_A_COMMAND = 100;
