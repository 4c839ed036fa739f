import type { Batch } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { WalkDeps } from '#engine/activities/batch.ts';
import { createContactReading } from '#engine/activities/contact-reading.ts';
import { createMoves } from '#engine/activities/moves.ts';
import { standFast } from '#engine/activities/stand-fast.ts';
import { type Attempt, walkNode } from '#engine/activities/walk-node.ts';
import { takenEdges } from '#engine/activities/walk-page.ts';

/** One batch at one node, as a page's walk begins it; answers ids by the edge they took, of those still in the group. */
export async function walkOne(
  deps: WalkDeps,
  { ids, ...batch }: Batch,
  attempt: Attempt,
): Promise<Record<string, string[]>> {
  const { models } = deps.base;
  const rows = await models.enrollments.find({ _id: { $in: ids } }).lean<Enrollment[]>();
  const moves = createMoves(models);
  const decided = await walkNode(deps, batch, attempt, { rows, contacts: createContactReading(models), moves });
  const plan = await deps.plans.find(batch.plan);
  if (plan) await standFast(deps, moves, [{ plan, key: batch.key, node: batch.node, id: attempt.id, rows: decided }]);
  const taken = takenEdges({ key: batch.key, node: batch.node, id: attempt.id }, moves.kept(decided));
  return Object.fromEntries([...taken].map(([edge, people]) => [edge, people.map(({ _id }) => _id)]));
}
