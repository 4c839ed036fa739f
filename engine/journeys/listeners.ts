import { COUPON_REDEEMED } from '#shared/coupon.ts';
import type { Base } from '../base.ts';
import { groupCommit } from '../group-commit.ts';
import type { StoredPlan } from '../models/journey.ts';
import { awaitedEvents } from './awaited.ts';

/** Who listens: plans that newcomers may enter, by what brings them in, and every event name that anyone inside may react to. */
export type Listening = {
  byEvent: Map<string, StoredPlan[]>;
  bySegment: Map<string, StoredPlan[]>;
  /** Names of events that some plan awaits, aims at or exits by. */
  names: Set<string>;
};

export interface Listeners {
  /** As of a reading of the revision that began after this call. */
  now(): Promise<Listening>;
  /** Raised before a publication enrolls anyone, so that no server misses a journey just published. */
  raise(): Promise<void>;
}

/** Reads what running plans listen to anew whenever the stored revision was raised. */
export function createListeners({ models }: Base): Listeners {
  let known: { revision: number; listening: Listening } | null = null;

  const read = groupCommit(
    async (requests: null[]) => {
      const counter = await models.counters.findById('listeners').lean<{ value: number }>();
      const revision = counter?.value ?? 0;
      if (known?.revision !== revision) known = { revision, listening: await load() };
      const { listening } = known;
      return requests.map(() => listening);
    },
    { most: 100_000 },
  );

  async function load(): Promise<Listening> {
    const open = await models.journeys
      .find({ state: { $in: ['running', 'paused'] }, plan: { $ne: null } }, { plan: 1 })
      .lean<{ plan: string }[]>();
    const current = new Set(open.map(({ plan }) => plan));
    const listening: Listening = { byEvent: new Map(), bySegment: new Map(), names: new Set([COUPON_REDEEMED]) };
    for (const plan of await models.plans.find({}, { contents: 0, drawing: 0 }).lean<StoredPlan[]>()) {
      for (const name of namesOf(plan)) listening.names.add(name);
      if (current.has(plan._id)) addEntry(listening, plan);
    }
    return listening;
  }

  return {
    now: () => read(null),
    raise: async () => {
      await models.counters.updateOne(
        { _id: 'listeners' },
        { $inc: { value: 1 }, $set: { updatedAt: new Date() } },
        { upsert: true },
      );
    },
  };
}

function namesOf({ nodes, goal, exits }: StoredPlan): string[] {
  const awaited = Object.values(nodes).flatMap((node) => (node.sort === 'wait' ? awaitedEvents(node) : []));
  return [...awaited, ...(goal ? [goal.event] : []), ...exits.map(({ event }) => event)];
}

function addEntry({ byEvent, bySegment }: Listening, plan: StoredPlan): void {
  const { entry } = plan;
  const add = (map: Map<string, StoredPlan[]>, name: string): unknown =>
    map.set(name, [...(map.get(name) ?? []), plan]);
  if (entry.kind === 'event') add(byEvent, entry.match.event);
  if (entry.kind === 'segment' && entry.who !== 'matching') add(bySegment, entry.segment);
}
