import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import type { Starter } from '../temporal/starter.ts';
import type { Leaving } from './leave.ts';
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

export function createSweeper({ base, starter, leaving, closeAbandoned }: SweepDeps): Sweeper {
  const { models } = base;

  const recounted = new Map<string, number>();

  /** One plan a sweep, so that comparing never holds up the rest. */
  async function recountNext(): Promise<void> {
    const plans = await models.plans.find({}, { _id: 1 }).lean<{ _id: string }[]>();
    const next = plans.find(({ _id }) => Date.now() - (recounted.get(_id) ?? 0) > RECOUNT_MS);
    if (!next) return;
    recounted.set(next._id, Date.now());
    if (await recount(models, next._id)) base.log.warn({ plan: next._id }, 'Passages were rebuilt from the rows.');
  }

  async function sweepPlans(journeys: string[], before: Date): Promise<void> {
    const plans = await models.plans.find({ journey: { $in: journeys } }, { _id: 1 }).lean<{ _id: string }[]>();
    for (const { _id } of plans) {
      for await (const group of overdueGroups(base, _id, before))
        await starter.group({ plan: _id, key: group }, { queue: 'bulk' });
    }
  }

  return {
    async sweep() {
      const running = await models.journeys.find({ state: 'running' }, { _id: 1 }).lean<{ _id: string }[]>();
      await sweepPlans(
        running.map(({ _id }) => _id),
        new Date(Date.now() - OVERDUE_MS),
      );
      await resumeUnfinished(
        base,
        starter,
        running.map(({ _id }) => _id),
      );
      const stopped = await models.journeys
        .find({ state: { $in: ['stopped', 'archived'] } }, { _id: 1 })
        .lean<{ _id: string }[]>();
      for (const { _id } of stopped) await leaving.empty(_id, 'stopped');
      await closeAbandoned();
      await recountNext();
    },
    sweepJourney: (journey) => sweepPlans([journey], new Date()),
  };
}

/** Entries and imports whose workflow may be gone; their cursors are in the database. */
async function resumeUnfinished({ models }: Base, starter: Starter, journeys: string[]): Promise<void> {
  const entries = await models.plans
    .find({ 'audience.done': false, journey: { $in: journeys } }, { _id: 1 })
    .lean<{ _id: string }[]>();
  for (const { _id } of entries) await starter.entry(_id);
  const imports = await models.imports.find({ state: 'running' }, { _id: 1 }).lean<{ _id: string }[]>();
  for (const { _id } of imports) await starter.import(_id);
}

/** Jumps from group to group along { plan, due, group }, so that a large one costs no more than a small one. */
async function* overdueGroups({ models }: Base, plan: string, before: Date): AsyncGenerator<string> {
  type Place = { due: Date; group: string };
  const next = async (filter: object, sort: Record<string, 1>): Promise<Place | null> =>
    models.enrollments
      .findOne({ plan, ...filter }, { due: 1, group: 1 })
      .sort(sort)
      .lean<Enrollment>() as Promise<Place | null>;
  let place = await next({ due: { $lt: before } }, { due: 1, group: 1 });
  for (let started = 0; place && started < MOST_GROUPS; started++) {
    yield place.group;
    const { due, group }: Place = place;
    place =
      (await next({ due, group: { $gt: group } }, { group: 1 })) ??
      (await next({ due: { $gt: due, $lt: before } }, { due: 1, group: 1 }));
  }
}
