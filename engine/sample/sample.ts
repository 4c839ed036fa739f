import { SAMPLE_CLOCK } from '#shared/clock.ts';
import { DAY_MS, SECOND_MS } from '#shared/duration.ts';
import type { Plan } from '#shared/plan.ts';
import type { Base } from '../base.ts';
import type { Events } from '../events/events.ts';
import { repeating } from '../events/repeating.ts';
import { insertNew } from '../models/insert-new.ts';
import type { StoredSample } from '../models/workspace.ts';
import type { Members } from '../segments/members.ts';
import { arrive } from './arriving-orders.ts';
import { type LoadDeps, loadSample } from './load-sample.ts';
import { removeSample } from './remove-sample.ts';
import { sampleOrders, STORY_DAY } from './sample-orders.ts';

/** Work on the sample that has not moved for so long was left behind by a server that is gone. */
const ABANDONED_MS = 15 * SECOND_MS;
/** A shop to try everything with: real orders on a clock of their own. */
export interface Sample {
  status(): Promise<StoredSample | null>;
  /** Begins to load; null when a sample is there already. Progress is in its row. */
  load(pace: StoredSample['pace']): Promise<StoredSample | null>;
  /** Begins to remove everything that came of it. */
  remove(): Promise<void>;
  /** Sets its clock going: at the first publication to people who live by it. */
  startClock(plan?: Pick<Plan, 'journey' | 'entry'>): Promise<void>;
  /** What is to be done now: later orders that are due, and loading or removing that was left behind. */
  tick(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** The sample shop over the stored progress, so that any server goes on where another was left. */
export function createSample(
  base: Base,
  deps: Omit<LoadDeps, 'base' | 'members'> & {
    events: Pick<Events, 'record'>;
    members: Pick<Members, 'absorb' | 'forget'>;
  },
): Sample {
  const { models, log } = base;
  const loading = { base, ...deps };
  let work: Promise<void> | null = null;

  const status = () => models.samples.findById(SAMPLE_CLOCK).lean<StoredSample>();

  /** Loads or removes in the background, once at a time on this server. */
  function carryOn(sample: StoredSample): void {
    work ??= (sample.state === 'loading' ? loadSample(loading, sample) : removeSample(base, deps.members))
      .catch((error: unknown) => log.error({ err: error }, 'The sample shop will be gone on with in a moment.'))
      .finally(() => {
        work = null;
      });
  }

  async function tick(): Promise<void> {
    const sample = await status();
    if (!sample) return;
    const isUnderWay = sample.state === 'loading' || sample.state === 'removing';
    if (isUnderWay && Date.now() - sample.touchedAt.getTime() > ABANDONED_MS) carryOn(sample);
    if (sample.state === 'running') await arrive(base, deps.events);
  }

  const ticking = repeating(SECOND_MS, () =>
    tick().catch((error: unknown) => log.error({ err: error }, 'The sample shop could not be looked after.')),
  );

  return {
    status,
    tick,
    async load(pace) {
      const sample = await newSample(pace);
      if ((await insertNew(models.samples, [sample])).length === 0) return null;
      carryOn(sample);
      return sample;
    },
    async remove() {
      const removing = { state: 'removing' as const, touchedAt: new Date() };
      await models.samples.updateOne({ _id: SAMPLE_CLOCK }, { $set: removing });
      // A load that is under way notices, and ends by itself.
      await work;
      const sample = await status();
      if (sample) carryOn(sample);
    },
    async startClock(plan) {
      if (plan && !(await isAboutSample(base, plan))) return;
      const { modifiedCount } = await models.samples.updateOne(
        { _id: SAMPLE_CLOCK, state: 'ready' },
        { $set: { state: 'running' } },
      );
      if (modifiedCount === 0 && (await status())?.state !== 'running') return;
      await models.clocks.updateOne({ _id: SAMPLE_CLOCK, startedAt: null }, { $set: { startedAt: new Date() } });
    },
    start: ticking.start,
    async stop() {
      await ticking.stop();
      await work;
    },
  };
}

async function newSample(pace: StoredSample['pace']): Promise<StoredSample> {
  const orders = await sampleOrders();
  const today = new Date();
  const day = pace === 'fast' ? 15 : today.getUTCDate();
  const target = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), day);
  const customers = [...new Set(orders.map(({ customer }) => customer))];
  return {
    _id: SAMPLE_CLOCK,
    state: 'loading',
    pace,
    loaded: 0,
    total: customers.length,
    journey: null,
    nextOrder: orders.findIndex(({ at }) => at > STORY_DAY),
    shiftDays: Math.round((target - STORY_DAY.getTime()) / DAY_MS),
    touchedAt: new Date(),
  };
}

/** Whether a publication reaches people who live by the sample's clock. */
async function isAboutSample({ models }: Base, { journey, entry }: Pick<Plan, 'journey' | 'entry'>): Promise<boolean> {
  if (await models.journeys.findOne({ _id: journey, sample: true }, { _id: 1 }).lean()) return true;
  if (entry.kind !== 'segment') return false;
  const filter = { segment: entry.segment, until: null, clock: SAMPLE_CLOCK };
  return (await models.members.findOne(filter, { _id: 1 }).lean()) !== null;
}
