import type { Enrollment } from '#shared/enrollment.ts';
import type { Event } from '#shared/event.ts';
import { endsWait, isAbout } from './awaited.ts';
import type { Leaving } from './leave.ts';
import type { Plans } from './plans.ts';
import type { Release } from './release.ts';

/** One event meets one run: the wait it ends, else the goal it reaches and the rule it leaves by. A repeat changes nothing. */
export type Meet = (row: Enrollment, event: Event) => Promise<void>;

export type MeetDeps = { plans: Plans; release: Release; leaving: Pick<Leaving, 'judge'> };

/** Releases first, then judges goals and exits. */
export function createMeet({ plans, release, leaving }: MeetDeps): Meet {
  return async (row, event) => {
    const plan = await plans.get(row.plan);
    if (!isAbout(plan, row, event)) return;
    const node = plan.nodes[row.node];
    if (
      row.state === 'active' &&
      row.registered &&
      node?.sort === 'wait' &&
      node.onEvent !== null &&
      endsWait(node, row, event)
    ) {
      await release({ row, edge: node.onEvent, by: event });
    }
    await leaving.judge(plan, row, event);
  };
}
