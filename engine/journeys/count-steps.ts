import type { PathEntry } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';

export type Counted = { journey: string; plan: string; entry: PathEntry };

/** Counts single steps of single people (releases, exits), each under its enrollment and seq, so that a repeat counts nothing twice. */
export async function countSteps({ passages }: Pick<Models, 'passages'>, steps: Counted[]): Promise<void> {
  if (steps.length === 0) return;
  await passages.collection.bulkWrite(
    steps.map(({ journey, plan, entry: { node, edge, at, batch } }) => ({
      updateOne: {
        filter: { _id: batch },
        update: { $set: { journey, plan, node, at, edges: { [edge]: 1 } } },
        upsert: true,
      },
    })) as never,
    { ordered: false },
  );
}
