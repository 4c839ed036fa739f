import { nanoid } from 'nanoid';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import type { Starter } from '../temporal/starter.ts';
import { countSteps } from './count-steps.ts';
import { type Enter, runKey } from './enter.ts';
import type { Leaving } from './leave.ts';
import type { Plans } from './plans.ts';
import { arrivedAt } from './run.ts';

/** What is done to one person by hand, or by another system through the API. */
export interface ByHand {
  /** Tries a parked person again at their step. */
  retry(enrollment: string): Promise<boolean>;
  /** Takes a parked person past their step by one of its ways out. */
  skip(enrollment: string, edge: string): Promise<boolean>;
  exit(enrollment: string): Promise<boolean>;
  /** Enters a contact into a running journey with API entry; the same idempotency key enters once. */
  enter(entry: { journey: string; contact: string; idempotencyKey: string; key?: string }): Promise<string | null>;
}

export type ByHandDeps = { base: Base; plans: Plans; starter: Starter; leaving: Leaving; enter: Enter };

export function createByHand({ base, plans, starter, leaving, enter }: ByHandDeps): ByHand {
  const { enrollments, journeys } = base.models;
  const back = { state: 'active', endedAt: null, ending: null } as const;

  async function failedRow(id: string): Promise<Enrollment | null> {
    return enrollments.findOne({ _id: id, state: 'failed' }).lean<Enrollment>();
  }

  async function bring(row: Enrollment, set: Partial<Enrollment>, update: object): Promise<boolean> {
    const key = `${row.plan}/now/${nanoid(10)}`;
    const done = await enrollments.updateOne(
      { _id: row._id, seq: row.seq, state: 'failed' },
      { $set: { ...back, ...set, group: key, due: new Date(), seq: row.seq + 1 }, ...update },
    );
    if (done.modifiedCount === 0) return false;
    await starter.group(
      { plan: row.plan, key, first: [{ node: set.node ?? row.node, ids: [row._id] }] },
      { queue: 'live' },
    );
    return true;
  }

  return {
    async retry(id) {
      const row = await failedRow(id);
      return row !== null && bring(row, {}, {});
    },
    async skip(id, edge) {
      const row = await failedRow(id);
      if (!row) return false;
      const plan = await plans.get(row.plan);
      const target = plan.nodes[row.node]?.edges[edge];
      if (target === undefined) return false;
      const at = await base.clocks.now(row.clock);
      const entry = { node: row.node, edge, at, batch: `${row._id}@${row.seq}` };
      const moved = await bring(
        row,
        { ...arrivedAt(target, at), batch: entry.batch, countsFrom: new Date() },
        { $push: { path: entry } },
      );
      if (moved) await countSteps(base.models, [{ journey: row.journey, plan: row.plan, entry }]);
      return moved;
    },
    async exit(id) {
      const row = await enrollments.findById(id).lean<Enrollment>();
      return row !== null && (await leaving.exit([row], 'manual')).length > 0;
    },
    async enter({ journey, contact, idempotencyKey, key }) {
      const found = await journeys
        .findOne({ _id: journey, state: 'running' }, { plan: 1 })
        .lean<{ plan: string | null }>();
      if (!found?.plan) return null;
      const plan = await plans.get(found.plan);
      if (plan.entry.kind !== 'api') return null;
      const person = {
        contact,
        occasion: `api:${idempotencyKey}`,
        key: runKey(key),
        countsFrom: new Date(),
        entryEvent: null,
      };
      const [entered] = await enter({ plan, people: [person], group: `${plan._id}/now/${nanoid(10)}`, queue: 'live' });
      return entered ?? null;
    },
  };
}
