import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { GroupKey, Page } from '#shared/activities.ts';
import type { Skeleton } from '#shared/plan.ts';
import { gather, loadSkeleton, walkNode } from './activities.ts';

/** History events after which a long group goes on as a new run. */
const MAX_EVENTS = 4_000;
const MAX_BYTES = 8_000_000;

/** Carries the people of one group on, until everyone has come to a wait or to an end. An immediate group brings its first page along. */
export async function runGroup(group: GroupKey & { first?: Page[]; began?: string }): Promise<void> {
  const { plan, key } = group;
  // Before anything is waited for: how long the house takes for a large group makes nobody in it late.
  const began = group.began ?? new Date().toISOString();
  const skeleton = await loadSkeleton(plan);
  let pages = group.first ?? [];
  let mark = '';
  do {
    const at = new Date().toISOString();
    await Promise.all(pages.map(({ node, ids }) => walk({ skeleton, group: { plan, key, began }, at }, node, ids)));
    const { historyLength, historySize } = workflowInfo();
    if (historyLength > MAX_EVENTS || historySize > MAX_BYTES)
      return continueAsNew<typeof runGroup>({ plan, key, began });
    ({ pages, mark } = await gather({ plan, key, last: mark }));
  } while (pages.length > 0);
}

type Walk = { skeleton: Skeleton; group: GroupKey & { began: string }; at: string };

/** One batch through a node, then each edge's people through the next. */
async function walk(through: Walk, node: string, ids: string[]): Promise<void> {
  const byEdge = await walkNode({ ...through.group, node, ids, at: through.at });
  const edges = through.skeleton.nodes[node]?.edges ?? {};
  const next = new Map<string, string[]>();
  for (const [edge, taken] of Object.entries(byEdge)) {
    const target = edges[edge];
    if (target !== undefined) next.set(target, [...(next.get(target) ?? []), ...taken]);
  }
  await Promise.all([...next].map(([target, taken]) => walk(through, target, taken)));
}
