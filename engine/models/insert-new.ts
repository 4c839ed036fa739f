import type { Model, mongo } from 'mongoose';
import { byCommands, insertRows } from './native.ts';

/**
 * Inserts rows whose `_id` (or another unique key) nobody has yet, durably, and answers those that went in; the keys
 * decide every race, also among more than a hundred rows of one call.
 */
export async function insertNew<Row extends { _id: string }>(
  model: Model<Row>,
  rows: readonly mongo.OptionalUnlessRequiredId<Row>[],
): Promise<mongo.OptionalUnlessRequiredId<Row>[]> {
  const inserted = await byCommands(rows, async (some) => {
    const taken = await insertRows(model, some);
    return some.filter((_, index) => !taken.has(index));
  });
  return inserted.flat();
}
