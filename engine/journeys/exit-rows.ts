import mongoose from 'mongoose';
import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import { readByIds, updateRows } from '../models/native.ts';
import { countSteps } from './count-steps.ts';
import type { ExitReason } from './leave.ts';
import type { Plans } from './plans.ts';
import { atRest, endedSlot } from './run.ts';

/**
 * Takes runs out of their journeys by compare-and-set, again where a batch moved one between look and write; parked
 * ones too. Answers those it took out; whoever had ended already, or left for another reason first, is not among them.
 */
export async function exitRows(base: Base, plans: Plans, rows: Enrollment[], reason: ExitReason): Promise<string[]> {
  const { enrollments } = base.models;
  const gone: string[] = [];
  let open = rows.filter(isInside);
  while (open.length > 0) {
    const exits = await Promise.all(open.map((row) => exitOf(base, plans, row, reason)));
    const { met } = await updateRows<Enrollment>(
      enrollments,
      exits.map(({ row, set, entry }) => ({
        q: { _id: row._id, seq: row.seq, state: row.state },
        u: { $set: set, $push: { path: { $each: [entry] } } },
      })),
    ).catch(unanswered);
    const ids = open.map(({ _id }) => _id);
    const now = met === exits.length ? [] : await readByIds<Enrollment>(enrollments, ids);
    const found = new Map(now.map((row) => [row._id, row]));
    const done = exits.filter(({ row, entry }) => met === exits.length || carries(found.get(row._id), entry));
    await countSteps(
      base.models,
      done.map(({ row, entry }) => ({ journey: row.journey, plan: row.plan, entry })),
    );
    gone.push(...done.map(({ row }) => row._id));
    open = now.filter(isInside);
  }
  return gone;
}

/** When the connection was lost, the rows tell what was done. */
function unanswered(error: unknown): { met: number } {
  if (error instanceof mongoose.mongo.MongoNetworkError) return { met: 0 };
  throw error;
}

/** Under way, or parked where a step failed. */
function isInside({ state }: Enrollment): boolean {
  return state === 'active' || state === 'failed';
}

/** Two who take out one run from the same place share its passage's id; the row says whose reason it left by. */
function carries(row: Enrollment | undefined, { edge, at, batch }: PathEntry): boolean {
  const last = row?.path.at(-1);
  return row?.state === 'exited' && last?.batch === batch && last.edge === edge && last.at.getTime() === at.getTime();
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
