import type { Plan } from '#shared/plan.ts';
import { definitionOf } from '#shared/steps/index.ts';
import { resolveMoment } from '../moment.ts';

/** When the first message of a plan may reach who enters at an instant: the shortest way, taking every event as come at once. */
export function firstMessageAt(plan: Plan, { at, zone }: { at: Date; zone: string }): Date | null {
  const earliest = new Map<string, Date>([[plan.start, at]]);
  let first: Date | null = null;
  for (const [id, reached] of earliest) {
    const node = plan.nodes[id];
    const step = node && plan.steps[node.step];
    if (!node || !step) continue;
    if (node.sort === 'do' && definitionOf(step).message(step)) {
      if (!first || reached < first) first = reached;
      continue;
    }
    const waited =
      node.sort === 'wait' && node.until && !node.awaits
        ? resolveMoment(node.until, { at: reached, contactZone: null, workspaceZone: zone, couponDeadline: () => null })
        : null;
    const left = waited && waited > reached ? waited : reached;
    for (const next of Object.values(node.edges)) {
      const known = earliest.get(next);
      if (known && known <= left) continue;
      // Set anew, so that what follows is looked at again with the earlier instant.
      earliest.delete(next);
      earliest.set(next, left);
    }
  }
  return first;
}
