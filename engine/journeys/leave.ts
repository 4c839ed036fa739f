import { onClock } from '#shared/clock.ts';
import { durationMs } from '#shared/duration.ts';
import type { Ending, Enrollment } from '#shared/enrollment.ts';
import { matchesEvent } from '#shared/evaluate.ts';
import type { Event } from '#shared/event.ts';
import type { Goal, Journey, JourneyState } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import type { Deliveries } from '../deliveries.ts';
import { groupCommit } from '../group-commit.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';
import { nativeOf } from '../models/native.ts';
import { eventsSince, isAbout, listensTo } from './awaited.ts';
import { decideAlone, UNDECIDABLE } from '../steps/decide-alone.ts';
import { createExit } from './exit-together.ts';
import type { Plans } from './plans.ts';
import { atRest } from './run.ts';

export type ExitReason = Extract<Ending, { kind: 'exited' }>['reason'];

/** Every way by which people leave a journey before its end. Each is a write on the row; a batch under way then loses it. */
export interface Leaving {
  /** Takes these runs out, parked ones too; answers which of them had not ended yet. */
  exit(rows: Enrollment[], reason: ExitReason): Promise<string[]>;
  /** Takes a contact out of everything. */
  leave(contact: string, reason: ExitReason): Promise<void>;
  /** Takes everyone out of a stopped journey, page by page, but who comes in by a later publication; answers how many. */
  empty(journey: string, reason: ExitReason): Promise<number>;
  /** Goal and exit rules as one event meets one run. */
  judge(plan: StoredPlan, row: Enrollment, event: Event): Promise<void>;
  /** For runs at their very beginning: goals and exits since `countsFrom`; answers whom they took out, or who is parked. */
  missed(plan: StoredPlan, rows: Enrollment[]): Promise<string[]>;
}

const PAGE_SIZE = 500;

/** Takes people out by a write on their row, and takes back mail that has not gone yet. */
export function createLeaving(base: Base, plans: Plans, deliveries: Pick<Deliveries, 'takeBack'>): Leaving {
  const { enrollments } = base.models;

  const exit = createExit(base, plans, deliveries);
  const reach = goalWriter(base.models);

  async function judge(plan: StoredPlan, row: Enrollment, event: Event): Promise<void> {
    const { goal } = plan;
    const met = meeting(plan, row, event);
    // Carried on again after the exit it brought: what that was to take back may still lie there.
    const left = row.state === 'exited' && row.endedAt !== null && row.endedAt >= event.at;
    if (left && (met.goal || met.rule)) await deliveries.takeBack({ enrollments: [row._id] }, 'skipped', 'left');
    if (goal && met.goal && (await isInWindow(base, row, event, goal))) {
      const reached = {
        at: event.at,
        minor: event.value?.minor ?? 0,
        currency: event.value?.currency ?? '',
        event: event._id,
      };
      await reach({ run: row._id, goal: reached });
      if (goal.whenReached === 'leave') await exit([row], 'goal');
    }
    if (met.rule) await exit([row], 'rule');
  }

  async function missed(plan: StoredPlan, rows: Enrollment[]): Promise<string[]> {
    const names = [...(plan.goal ? [plan.goal.event] : []), ...plan.exits.map(({ event }) => event)];
    if (names.length === 0 || rows.length === 0) return [];
    const events = await eventsSince(base.models, rows, names);
    const met = rows.filter((row) => events.has(row.contact));
    if (met.length === 0) return [];
    for (const row of met) {
      const own = events.get(row.contact) ?? [];
      const meetings = decideAlone(base, row, () => own.map((event) => meeting(plan, row, event)));
      if (meetings === UNDECIDABLE) await parkAtStart(base.models, row);
      else for (const event of own) await judge(plan, row, event);
    }
    const ids = met.map(({ _id }) => _id);
    const gone = await enrollments
      .find({ _id: { $in: ids }, state: { $ne: 'active' } }, { _id: 1 })
      .lean<Pick<Enrollment, '_id'>[]>();
    return gone.map(({ _id }) => _id);
  }

  return {
    exit,
    judge,
    missed,
    async leave(contact, reason) {
      const states: Enrollment['state'][] = ['active', 'failed'];
      await exit(await enrollments.find({ contact, state: { $in: states } }).lean<Enrollment[]>(), reason);
    },
    empty: (journey, reason) => emptyStopped(base.models, journey, (rows) => exit(rows, reason)),
  };
}

type Reached = { run: string; goal: NonNullable<Enrollment['goal']> };

/** Goals reached at once are written by one command, each only where none was reached before. */
function goalWriter({ enrollments }: Pick<Models, 'enrollments'>): (reached: Reached) => Promise<void> {
  return groupCommit(async (some: Reached[]) => {
    const writes = some.map(({ run, goal }) => ({
      updateOne: { filter: { _id: run, goal: null }, update: { $set: { goal } } },
    }));
    await nativeOf(enrollments).bulkWrite(writes, { ordered: false });
    return some.map(() => undefined);
  });
}

async function parkAtStart({ enrollments }: Models, { _id, seq, enteredAt }: Enrollment): Promise<void> {
  const parked = { ...atRest, state: 'failed', endedAt: enteredAt, ending: { ...UNDECIDABLE } } as const;
  await enrollments.updateOne({ _id, seq, state: 'active' }, { $set: { ...parked, seq: seq + 1 } });
}

/** What an event is to a run, but for the goal's window. */
function meeting(plan: StoredPlan, row: Enrollment, event: Event): { goal: boolean; rule: boolean } {
  if (!listensTo(row, event) || !isAbout(plan, row, event)) return { goal: false, rule: false };
  const { goal, exits } = plan;
  return {
    goal: goal !== null && (row.goal === null || row.goal.event === event._id) && matchesEvent(goal, event),
    rule: exits.some((rule) => matchesEvent(rule, event)),
  };
}

/** From the instant of what brought the person in, which is a little before their row was written. */
async function isInWindow(
  { models, clocks }: Base,
  row: Enrollment,
  { at }: Event,
  { within }: Goal,
): Promise<boolean> {
  if (at.getTime() > row.enteredAt.getTime() + durationMs(within)) return false;
  if (at >= row.enteredAt) return true;
  const cause = row.entryEvent === null ? null : await models.events.findById(row.entryEvent).lean<Event>();
  return at >= (cause?.at ?? onClock(await clocks.get(row.clock), row.listensFrom));
}

async function emptyStopped(
  models: Models,
  journey: string,
  exit: (rows: Enrollment[]) => Promise<string[]>,
): Promise<number> {
  let total = 0;
  const plan = { $in: await stoppedPlans(models, journey) };
  for (;;) {
    const rows = await models.enrollments
      .find({ journey, plan, state: 'active' })
      .limit(PAGE_SIZE)
      .lean<Enrollment[]>();
    if (rows.length === 0) return total;
    total += (await exit(rows)).length;
  }
}

/** Plans of a stopped journey; a later publication's are not among them. */
async function stoppedPlans({ journeys, plans }: Models, journey: string): Promise<string[]> {
  const states: JourneyState[] = ['stopped', 'archived'];
  const found = await journeys
    .findOne({ _id: journey, state: { $in: states } }, { version: 1 })
    .lean<Pick<Journey, 'version'>>();
  return found ? plans.distinct('_id', { journey, version: { $lte: found.version } }) : [];
}
