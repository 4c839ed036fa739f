import type { Model, mongo } from 'mongoose';
import { inPages } from '../in-pages.ts';
import { type Concern, insertRows, ROWS_A_COMMAND } from './native.ts';

/**
 * Inserts rows whose `_id` (or another unique key) nobody has yet, and answers those that went in; the keys decide
 * every race.
 */
export async function insertNew<Row extends { _id: string }>(
  model: Model<Row>,
  rows: readonly mongo.OptionalUnlessRequiredId<Row>[],
  concern?: Concern,
): Promise<mongo.OptionalUnlessRequiredId<Row>[]> {
  const inserted = [];
  for (const page of inPages(rows, ROWS_A_COMMAND)) {
    const taken = await insertRows(model, page, concern);
    inserted.push(...page.filter((_, index) => !taken.has(index)));
  }
  return inserted;
}
