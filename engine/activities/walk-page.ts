import type { Batch } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Plan } from '#shared/plan.ts';
import { rememberIssued } from '../coupons/remembered.ts';
import { untilDue } from '../journeys/head-start.ts';
import { readByIds } from '../models/native.ts';
import { engineStepOf } from '../steps/index.ts';
import type { WalkDeps } from './batch.ts';
import { createContactReading } from './contact-reading.ts';
import { carries, createMoves } from './moves.ts';
import { type Walked, standFast } from './stand-fast.ts';
import { type Attempt, walkNode } from './walk-node.ts';

/**
 * Carries a page of people on from the node where they stand, until everyone has come to a wait or to an end: a batch
 * at each node, in an order in which ways that join are waited for. Their rows are read once, and written where somebody
 * else must be able to see them: before anything leaves the house, at a wait, and at the end.
 */
export async function walkPage(whole: WalkDeps, batch: Batch, attempt: Attempt): Promise<void> {
  await untilDue(batch);
  const { ids, node: first, ...group } = batch;
  const plan = await whole.plans.find(group.plan);
  if (!plan) return;
  const deps = { ...whole, coupons: rememberIssued(whole.coupons) };
  const { models } = deps.base;
  const contacts = createContactReading(models);
  const moves = createMoves(models);
  const read = await readByIds<Enrollment>(models.enrollments, ids);
  const arrived = new Map([[first, read]]);
  let walked: Walked[] = [];
  const stand = async (): Promise<void> => {
    await standFast(deps, moves, walked);
    walked = [];
  };
  for (const node of inOrder(plan, first)) {
    const id = `${attempt.id}/${node}`;
    // Whom an earlier attempt took through here may have left the group since, and is still to be counted.
    const comers = unique([...(arrived.get(node) ?? []), ...read.filter((row) => carries(row, id))]);
    if (comers.length === 0) continue;
    if (!onlyDecides(plan, node)) await stand();
    const rows = await walkNode(
      deps,
      { ...group, node },
      { ...attempt, id },
      {
        rows: moves.kept(comers),
        contacts,
        moves,
      },
    );
    walked.push({ plan, key: group.key, node, id, rows });
    for (const [edge, people] of takenEdges({ key: group.key, node, id }, rows)) {
      const target = plan.nodes[node]?.edges[edge];
      if (target !== undefined) arrived.set(target, [...(arrived.get(target) ?? []), ...people]);
    }
  }
  await stand();
}

/** A wait, or a step that does nothing but choose the way. */
function onlyDecides(plan: Plan, id: string): boolean {
  const node = plan.nodes[id];
  const step = node?.sort === 'do' ? plan.steps[node.step] : undefined;
  return step === undefined || engineStepOf(step).onlyDecides === true;
}

/** Who took which edge of a node in a batch and is still in the group. */
export function takenEdges(
  { key, node, id }: { key: string; node: string; id: string },
  rows: readonly Enrollment[],
): Map<string, Enrollment[]> {
  const edgeOf = ({ path }: Enrollment) =>
    path.findLast((passed) => passed.batch === id && passed.node === node)?.edge ?? '';
  const inside = rows.filter((row) => row.state === 'active' && row.group === key && edgeOf(row) !== '');
  return Map.groupBy(inside, edgeOf);
}

/** The nodes that can be reached from one, each after all that lead to it. */
function inOrder({ nodes }: Pick<Plan, 'nodes'>, from: string): string[] {
  const visited = new Set<string>();
  const order: string[] = [];
  const visit = (node: string): void => {
    if (visited.has(node)) return;
    visited.add(node);
    for (const target of Object.values(nodes[node]?.edges ?? {})) visit(target);
    order.unshift(node);
  };
  visit(from);
  return order;
}

function unique(rows: readonly Enrollment[]): Enrollment[] {
  return [...new Map(rows.toReversed().map((row) => [row._id, row])).values()].toReversed();
}
