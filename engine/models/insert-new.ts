import mongoose, { type Model } from 'mongoose';
import { DUPLICATE_KEY } from './duplicate-key.ts';
import { inPages } from '../in-pages.ts';
import { nativeOf, ROWS_A_COMMAND } from './native.ts';

/**
 * Inserts rows whose `_id` (or another unique key) nobody has yet, and answers those that went in; the keys decide
 * every race.
 */
export async function insertNew<Row extends { _id: string }>(
  model: Model<Row>,
  rows: readonly mongoose.mongo.OptionalUnlessRequiredId<Row>[],
  options: mongoose.mongo.BulkWriteOptions = {},
): Promise<mongoose.mongo.OptionalUnlessRequiredId<Row>[]> {
  const inserted = [];
  for (const page of inPages(rows, ROWS_A_COMMAND)) inserted.push(...(await insertPage(model, page, options)));
  return inserted;
}

async function insertPage<Row extends { _id: string }>(
  model: Model<Row>,
  rows: readonly mongoose.mongo.OptionalUnlessRequiredId<Row>[],
  options: mongoose.mongo.BulkWriteOptions,
): Promise<mongoose.mongo.OptionalUnlessRequiredId<Row>[]> {
  try {
    await nativeOf(model).insertMany(rows, { ...options, ordered: false });
    return [...rows];
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    // Without a single failed row the whole write was refused, as on a full disk, and nothing went in.
    const isWhole = failures.length === 0 || error.result.getWriteConcernError() !== undefined;
    if (isWhole || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    const refused = new Set(failures.map(({ index }) => index));
    return rows.filter((_, index) => !refused.has(index));
  }
}
