import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import { nativeOf } from '../models/native.ts';
import { countSteps } from './count-steps.ts';
import type { ExitReason } from './leave.ts';
import type { Plans } from './plans.ts';
import { atRest, endedSlot } from './run.ts';

/**
 * Takes runs out of their journeys by compare-and-set, again where a batch moved one between look and write.
 * Answers those it took out; whoever had ended already is not among them.
 */
export async function exitRows(base: Base, plans: Plans, rows: Enrollment[], reason: ExitReason): Promise<string[]> {
  const { enrollments } = base.models;
  const gone: string[] = [];
  let open = rows.filter(({ state }) => state === 'active');
  while (open.length > 0) {
    const exits = await Promise.all(open.map((row) => exitOf(base, plans, row, reason)));
    await nativeOf(enrollments).bulkWrite(
      exits.map(({ row, set, entry }) => ({
        updateOne: {
          filter: { _id: row._id, seq: row.seq, state: 'active' },
          update: { $set: set, $push: { path: entry } },
        },
      })),
      { ordered: false },
    );
    const now = await enrollments.find({ _id: { $in: open.map(({ _id }) => _id) } }).lean<Enrollment[]>();
    const batches = new Set(exits.map(({ entry }) => entry.batch));
    const done = now.filter(({ state, batch }) => state === 'exited' && batch !== null && batches.has(batch));
    const counted = new Set(done.map(({ batch }) => batch));
    await countSteps(
      base.models,
      exits.flatMap(({ row, entry }) =>
        counted.has(entry.batch) ? [{ journey: row.journey, plan: row.plan, entry }] : [],
      ),
    );
    gone.push(...done.map(({ _id }) => _id));
    open = now.filter(({ state }) => state === 'active');
  }
  return gone;
}

async function exitOf(base: Base, plans: Plans, row: Enrollment, reason: ExitReason) {
  const [plan, at] = await Promise.all([plans.get(row.plan), base.clocks.now(row.clock)]);
  const entry: PathEntry = { node: row.node, edge: `exit:${reason}`, at, batch: `${row._id}@${row.seq}` };
  const ended: Partial<Enrollment> = {
    state: 'exited',
    endedAt: at,
    ending: { kind: 'exited', reason },
    ...endedSlot(row, plan.reentry),
  };
  return { row, entry, set: { ...atRest, ...ended, batch: entry.batch, seq: row.seq + 1 } };
}
