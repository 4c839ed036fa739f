import type { PathEntry } from '#shared/enrollment.ts';
import { type Counted, countSteps } from '../journeys/count-steps.ts';
import type { Models } from '../models/index.ts';
import type { Walked } from './stand-fast.ts';

/** Counts how many took which edge in each batch, once a batch: a repeat writes the same numbers again. */
export async function countPassages(models: Pick<Models, 'passages'>, walked: readonly Walked[]): Promise<void> {
  await countSteps(models, walked.flatMap(counted));
}

function counted({ plan, node, id, rows }: Walked): Counted[] {
  const edges: Record<string, number> = {};
  let first: PathEntry | null = null;
  for (const row of rows) {
    const entry = row.path.findLast((passed) => passed.batch === id && passed.node === node);
    if (!entry) continue;
    edges[entry.edge] = (edges[entry.edge] ?? 0) + 1;
    first ??= entry;
  }
  return first ? [{ journey: plan.journey, plan: plan._id, entry: first, edges }] : [];
}
