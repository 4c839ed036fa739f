import type { Enrollment } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';

type Counted = { plan: StoredPlan; node: string; batch: string; rows: Enrollment[] };

/** Counts how many took which edge, once per batch: a repeat writes the same numbers again. */
export async function countPassage(
  { passages }: Pick<Models, 'passages'>,
  { plan, node, batch, rows }: Counted,
): Promise<void> {
  const edges: Record<string, number> = {};
  let at: Date | null = null;
  for (const row of rows) {
    const entry = row.path.findLast((passed) => passed.batch === batch && passed.node === node);
    if (!entry) continue;
    edges[entry.edge] = (edges[entry.edge] ?? 0) + 1;
    at ??= entry.at;
  }
  if (at === null) return;
  await passages.collection.updateOne(
    { _id: batch } as never,
    { $set: { journey: plan.journey, plan: plan._id, node, at, edges } },
    { upsert: true },
  );
}
