import type { Model, mongo } from 'mongoose';
import pMap from 'p-map';
import { inPages } from '../in-pages.ts';
import { COMMANDS_AT_ONCE, type Concern, insertRows, ROWS_A_COMMAND } from './native.ts';

/**
 * Inserts rows whose `_id` (or another unique key) nobody has yet, and answers those that went in; the keys decide
 * every race.
 */
export async function insertNew<Row extends { _id: string }>(
  model: Model<Row>,
  rows: readonly mongo.OptionalUnlessRequiredId<Row>[],
  concern?: Concern,
): Promise<mongo.OptionalUnlessRequiredId<Row>[]> {
  const pages = await pMap(
    inPages(rows, ROWS_A_COMMAND),
    async (page) => {
      const taken = await insertRows(model, page, concern);
      return page.filter((_, index) => !taken.has(index));
    },
    { concurrency: COMMANDS_AT_ONCE },
  );
  return pages.flat();
}
