import { nanoid } from 'nanoid';
import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import type { Event } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { crashPoint } from '../crash-points.ts';
import { groupCommit } from '../group-commit.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Starter } from '../temporal/starter.ts';
import { countSteps } from './count-steps.ts';
import type { Plans } from './plans.ts';
import { arrivedAt } from './run.ts';

/** Who leaves a wait, which way, and by which event. What was received since that event counts for the next wait. */
export type Releasing = {
  row: Pick<Enrollment, '_id' | 'plan' | 'node' | 'seq' | 'clock'>;
  edge: string;
  by: Pick<Event, '_id' | 'receivedAt'>;
};

/** The one door out of a wait before its time. Answers whether this call opened it. */
export type Release = (releasing: Releasing) => Promise<boolean>;

/** Releases are group-committed: what arrives while a start is in flight leaves as the next group. */
export function createRelease(base: Base, plans: Plans, starter: Starter): Release {
  const doors = new Map<string, Release>();

  async function commit(planId: string, releasing: Releasing[]): Promise<boolean[]> {
    const plan = await plans.get(planId);
    const key = `${planId}/now/${nanoid(10)}`;
    const released = await Promise.all(releasing.map((one) => open(base, plan, key, one)));
    const moved = released.filter((one) => one !== null);
    await countSteps(
      base.models,
      moved.map(({ entry }) => ({ journey: plan.journey, plan: planId, entry })),
    );
    const first = [...Map.groupBy(moved, ({ target }) => target)].map(([node, people]) => ({
      node,
      ids: people.map(({ id }) => id),
    }));
    if (first.length > 0) {
      crashPoint('release-written');
      await starter.group({ plan: planId, key, first }, { queue: 'live' });
    }
    return released.map((one) => one !== null);
  }

  return (releasing) => {
    const planId = releasing.row.plan;
    const door = doors.get(planId) ?? groupCommit((some: Releasing[]) => commit(planId, some));
    doors.set(planId, door);
    return door(releasing);
  };
}

/** One conditional write: out of the wait, on to the next node, into the immediate group. */
async function open(
  base: Base,
  plan: StoredPlan,
  group: string,
  { row, edge, by }: Releasing,
): Promise<{ id: string; target: string; entry: PathEntry } | null> {
  const target = plan.nodes[row.node]?.edges[edge];
  if (target === undefined) return null;
  const at = await base.clocks.now(row.clock);
  const now = new Date();
  const entry = { node: row.node, edge, at, batch: `${row._id}@${row.seq}` };
  const counting = { countsFrom: by.receivedAt, releasedBy: by._id };
  const set = { ...arrivedAt(target, at), ...counting, group, due: now, batch: entry.batch, seq: row.seq + 1 };
  const done = await base.models.enrollments.updateOne(
    { _id: row._id, seq: row.seq, node: row.node, registered: true, state: 'active' },
    { $set: set, $push: { path: entry } },
  );
  return done.modifiedCount === 0 ? null : { id: row._id, target, entry };
}
