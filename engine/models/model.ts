import type { Connection, IndexDefinition, IndexOptions, Model, SchemaDefinition } from 'mongoose';
import { Schema } from 'mongoose';
import { ROWS_AN_ANSWER } from './native.ts';

export type Index = [IndexDefinition, IndexOptions?];

/** How one noun is kept: its collection, its fields (one for each of its type, none forgotten) and its indexes. */
export type ModelDefinition<Row> = {
  collection: string;
  fields: Record<Exclude<keyof Row, '_id'>, object>;
  indexes: Index[];
};

/** Registers a noun on a connection; every write is acknowledged by a majority and on disk. */
export function defineModel<Row extends { _id: string }>(
  connection: Connection,
  { collection, fields, indexes }: ModelDefinition<Row>,
): Model<Row> {
  const definition = { _id: { type: String, required: true }, ...fields } as unknown as SchemaDefinition<Row>;
  const schema = new Schema<Row>(definition, {
    collection,
    autoIndex: false,
    autoCreate: false,
    versionKey: false,
    minimize: false,
    strict: 'throw',
    writeConcern: { w: 'majority', j: true },
  });
  for (const [keys, options] of indexes) schema.index(keys, options);
  // A page comes by one answer, where a driver left alone asks for its first hundred and then for the rest.
  schema.pre('find', function () {
    this.batchSize(ROWS_AN_ANSWER);
  });
  return connection.model<Row>(collection, schema);
}

export const text = { type: String };
export const instant = { type: Date };
export const whole = { type: Number };
export const truth = { type: Boolean };
export const texts = { type: [String] };
/** A sub-document whose shape its zod schema guards. */
export const nested = { type: Schema.Types.Mixed };
