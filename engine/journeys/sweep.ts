import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey, JourneyState } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import type { Starter } from '../temporal/starter.ts';
import type { Leaving } from './leave.ts';
import { HEAD_START_MS } from './head-start.ts';
import { currentHold } from '../restore/hold.ts';
import { STATE_TRUST_MS } from './plans.ts';
import { recount } from './recount.ts';

/** How late, in real time, a group must be before the sweeper starts it again. */
const OVERDUE_MS = 10_000;
export const SWEEP_MS = 10_000;
/** Groups started per plan and sweep; the next sweep takes the next ones. */
const MOST_GROUPS = 200;

/** How often a plan's passages are compared with its rows' paths. */
const RECOUNT_MS = 3_600_000;

/** Brings on whoever was left standing: by a crash between row and start, a pause, or the loss of Temporal's whole database. It rewrites no row. */
export interface Sweeper {
  sweep(): Promise<void>;
  /** At once, whatever is due: for a resume. */
  sweepJourney(journey: string): Promise<void>;
}

export type SweepDeps = { base: Base; starter: Starter; leaving: Leaving; closeAbandoned: () => Promise<void> };

/** Finds by their rows who should be under way, and starts their workflows again. */
export function createSweeper({ base, starter, leaving, closeAbandoned }: SweepDeps): Sweeper {
  const { models } = base;

  const recounted = new Map<string, number>();
  /** Where the last sweep stopped in plans with more groups than one takes, so that slow groups keep none from their turn. */
  const stoppedAt = new Map<string, Place>();

  /** One plan a sweep, so that comparing never holds up the rest. */
  async function recountNext(): Promise<void> {
    const plans = await models.plans.find({}, { _id: 1 }).lean<{ _id: string }[]>();
    const next = plans.find(({ _id }) => Date.now() - (recounted.get(_id) ?? 0) > RECOUNT_MS);
    if (!next) return;
    recounted.set(next._id, Date.now());
    if (await recount(models, next._id)) base.log.warn({ plan: next._id }, 'Passages were rebuilt from the rows.');
  }

  async function sweepPlans(journeys: string[], before: Date, delayMs = 0): Promise<void> {
    const plans = await models.plans.find({ journey: { $in: journeys } }, { _id: 1 }).lean<{ _id: string }[]>();
    for (const { _id } of plans) {
      let started = 0;
      for await (const place of overdueGroups(base, _id, { after: stoppedAt.get(_id) ?? null, before })) {
        stoppedAt.set(_id, place);
        await starter.group({ plan: _id, key: place.group }, { queue: 'bulk', delayMs });
        started += 1;
        if (started === MOST_GROUPS) break;
      }
      if (started < MOST_GROUPS) stoppedAt.delete(_id);
    }
  }

  async function sweepRunning(): Promise<void> {
    if (await currentHold(models)) return;
    const running = await models.journeys
      .find({ state: 'running' }, { plan: 1 })
      .lean<Pick<Journey, '_id' | 'plan'>[]>();
    const ids = running.map(({ _id }) => _id);
    await sweepPlans(ids, new Date(Date.now() - OVERDUE_MS));
    const plans = running.flatMap(({ plan }) => plan ?? []);
    await resumeUnfinished(base, starter, plans);
  }

  async function emptyStopped(): Promise<void> {
    const over = { state: { $in: ['stopped', 'archived'] as JourneyState[] } };
    const stopped = await models.journeys.find(over, { _id: 1 }).lean<{ _id: string }[]>();
    for (const { _id } of stopped) await leaving.empty(_id, 'stopped');
  }

  return {
    async sweep() {
      // What fails in one of them waits for the next sweep and holds up none of the others.
      const parts = [sweepRunning, emptyStopped, closeAbandoned, recountNext];
      for (const part of parts) {
        await part().catch((error: unknown) =>
          base.log.error({ err: error, part: part.name }, 'A part of the sweep failed.'),
        );
      }
    },
    // By then no worker takes the journey for paused any more. A group that has begun early may have met the pause.
    sweepJourney: (journey) => sweepPlans([journey], new Date(Date.now() + HEAD_START_MS), 2 * STATE_TRUST_MS),
  };
}

/** Entries and imports whose workflow may be gone; their cursors are in the database. */
async function resumeUnfinished({ models }: Base, starter: Starter, plans: string[]): Promise<void> {
  const entries = await models.plans
    .find({ _id: { $in: plans }, 'audience.done': false }, { _id: 1 })
    .lean<{ _id: string }[]>();
  for (const { _id } of entries) await starter.entry(_id);
  const imports = await models.imports.find({ state: 'running' }, { _id: 1 }).lean<{ _id: string }[]>();
  for (const { _id } of imports) await starter.import(_id);
}

type Place = { due: Date; group: string };

/** Jumps from group to group along { plan, due, group }, so that a large one costs no more than a small one. */
async function* overdueGroups(
  { models }: Base,
  plan: string,
  { after, before }: { after: Place | null; before: Date },
): AsyncGenerator<Place> {
  const next = async (filter: object, sort: Record<string, 1>): Promise<Place | null> =>
    models.enrollments
      .findOne({ plan, ...filter }, { due: 1, group: 1 })
      .sort(sort)
      .lean<Enrollment>() as Promise<Place | null>;
  const follow = async ({ due, group }: Place): Promise<Place | null> =>
    (await next({ due, group: { $gt: group } }, { group: 1 })) ??
    next({ due: { $gt: due, $lt: before } }, { due: 1, group: 1 });
  let place = after ? await follow(after) : await next({ due: { $lt: before } }, { due: 1, group: 1 });
  for (; place; place = await follow(place)) yield place;
}
