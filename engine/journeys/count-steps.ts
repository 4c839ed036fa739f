import type { PathEntry } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

/** A step to be counted; `edges` where it was more than one person's. */
export type Counted = { journey: string; plan: string; entry: PathEntry; edges?: Record<string, number> };

/** Counts steps under their batch, or enrollment and seq where one person took them alone; a repeat counts nothing twice. */
export async function countSteps({ passages }: Pick<Models, 'passages'>, steps: Counted[]): Promise<void> {
  if (steps.length === 0) return;
  await nativeOf(passages).bulkWrite(
    steps.map(({ journey, plan, entry: { node, edge, at, batch }, edges }) => ({
      updateOne: {
        filter: { _id: batch },
        update: { $set: { journey, plan, node, at, edges: edges ?? { [edge]: 1 } } },
        upsert: true,
      },
    })),
    { ordered: false },
  );
}
