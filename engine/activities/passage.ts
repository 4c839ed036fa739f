import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import { countSteps } from '../journeys/count-steps.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';

type Walked = { plan: StoredPlan; node: string; batch: string; rows: Enrollment[] };

/** Counts how many took which edge, once per batch: a repeat writes the same numbers again. */
export async function countPassage(
  models: Pick<Models, 'passages'>,
  { plan, node, batch, rows }: Walked,
): Promise<void> {
  const edges: Record<string, number> = {};
  let first: PathEntry | null = null;
  for (const row of rows) {
    const entry = row.path.findLast((passed) => passed.batch === batch && passed.node === node);
    if (!entry) continue;
    edges[entry.edge] = (edges[entry.edge] ?? 0) + 1;
    first ??= entry;
  }
  if (first) await countSteps(models, [{ journey: plan.journey, plan: plan._id, entry: first, edges }]);
}
