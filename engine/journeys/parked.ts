import { nanoid } from 'nanoid';
import type { Enrollment } from '#shared/enrollment.ts';
import { stepOfNode } from '#shared/plan.ts';
import type { Base } from '../base.ts';
import { durably } from '../models/durably.ts';
import type { StoredPlan } from '../models/journey.ts';
import { nativeOf } from '../models/native.ts';
import type { Starter } from '../temporal/starter.ts';
import { countSteps } from './count-steps.ts';
import type { Plans } from './plans.ts';
import { arrivedAt } from './run.ts';

/** What may be done to someone whose step failed; each answers whether they were parked and now go on. */
export interface Parked {
  /** Tries the person again at their step. */
  retry(enrollment: string): Promise<boolean>;
  /** Takes the person past their step by one of its ways out. */
  skip(enrollment: string, edge: string): Promise<boolean>;
}

/** Brings a failed run back by compare-and-set, so that only one of two callers does it. */
export function createParked(base: Base, plans: Plans, starter: Starter): Parked {
  const { enrollments } = base.models;

  const parkedRow = (id: string) => enrollments.findOne({ _id: id, state: 'failed' }).lean<Enrollment>();

  async function bringBack(row: Enrollment, set: Partial<Enrollment>, update: object): Promise<boolean> {
    const key = `${row.plan}/now/${nanoid(10)}`;
    const active = { state: 'active', endedAt: null, ending: null, group: key, due: new Date(), seq: row.seq + 1 };
    const done = await enrollments.updateOne(
      { _id: row._id, seq: row.seq, state: 'failed' },
      { $set: { ...active, ...set }, ...update },
    );
    if (done.modifiedCount === 0) return false;
    const first = [{ node: set.node ?? row.node, ids: [row._id] }];
    await starter.group({ plan: row.plan, key, first }, { queue: 'live' });
    return true;
  }

  return {
    async retry(id) {
      const row = await parkedRow(id);
      return row !== null && bringBack(row, {}, {});
    },
    async skip(id, edge) {
      const row = await parkedRow(id);
      const way = row && wayOut(await plans.get(row.plan), row.node, edge);
      if (!row || !way) return false;
      const at = await base.clocks.now(row.clock);
      const entry = { node: way.node, edge, at, batch: `${row._id}@${row.seq}` };
      const arrival = { ...arrivedAt(way.target, at), batch: entry.batch, countsFrom: new Date(), releasedBy: null };
      const moved = await bringBack(row, arrival, { $push: { path: entry } });
      if (!moved) return false;
      await closeMessage(base.models, row);
      await countSteps(base.models, [{ journey: row.journey, plan: row.plan, entry }]);
      return true;
    },
  };
}

/** What their step had still to send is sent by nobody any more. */
async function closeMessage({ deliveries }: Base['models'], { _id, node }: Enrollment): Promise<void> {
  await nativeOf(deliveries).updateOne(
    { _id: `${_id}|${stepOfNode(node)}`, state: { $in: ['claimed', 'deferred'] } },
    { $set: { state: 'skipped', reason: 'left', updatedAt: new Date() } },
    durably,
  );
}

/** Which of a step's parts has this way out: who is parked at a coupon's issue may still be taken past its redemption. */
function wayOut({ nodes }: StoredPlan, from: string, edge: string): { node: string; target: string } | null {
  const step = nodes[from]?.step;
  for (const [node, { step: owner, edges }] of Object.entries(nodes)) {
    const target = edges[edge];
    if (owner === step && target !== undefined) return { node, target };
  }
  return null;
}
