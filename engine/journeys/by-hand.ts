import { nanoid } from 'nanoid';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import type { Starter } from '../temporal/starter.ts';
import type { Enter } from './enter.ts';
import type { Leaving } from './leave.ts';
import { createParked, type Parked } from './parked.ts';
import type { Plans } from './plans.ts';
import { runKey } from './run-key.ts';

/** What is done to one person by hand, or by another system through the API. */
export type ByHand = Parked & {
  exit(enrollment: string): Promise<boolean>;
  /** Enters a contact into a running journey with API entry; the same idempotency key enters once. */
  enter(entry: { journey: string; contact: string; idempotencyKey: string; key?: string }): Promise<string | null>;
};

export type ByHandDeps = { base: Base; plans: Plans; starter: Starter; leaving: Leaving; enter: Enter };

/** Writes to the rows of runs, and starts a workflow for whoever goes on at once. */
export function createByHand({ base, plans, starter, leaving, enter }: ByHandDeps): ByHand {
  const { enrollments, journeys } = base.models;
  return {
    ...createParked(base, plans, starter),
    async exit(id) {
      const row = await enrollments.findById(id).lean<Enrollment>();
      return row !== null && (await leaving.exit([row], 'manual')).length > 0;
    },
    async enter({ journey, contact, idempotencyKey, key }) {
      const open = { _id: journey, state: 'running' } as const;
      const found = await journeys.findOne(open, { plan: 1 }).lean<{ plan: string | null }>();
      if (!found?.plan) return null;
      const plan = await plans.get(found.plan);
      if (plan.entry.kind !== 'api') return null;
      const occasion = `api:${idempotencyKey}`;
      const person = { contact, occasion, key: runKey(key), countsFrom: new Date(), entryEvent: null };
      const [entered] = await enter({ plan, people: [person], group: `${plan._id}/now/${nanoid(10)}`, queue: 'live' });
      if (entered !== undefined) return entered;
      // A repeat answers what the first call did, wherever the person is by now.
      const earlier = await enrollments.findOne({ contact, journey, occasion }, { _id: 1 }).lean<{ _id: string }>();
      return earlier?._id ?? null;
    },
  };
}
