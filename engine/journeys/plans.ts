import type { JourneyState } from '#shared/journey.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';
import { currentHold } from '../restore/hold.ts';

/** How long a journey's state read from the database is trusted. Rows and gates decide in the end; this only saves work. */
export const STATE_TRUST_MS = 500;

/** Plans, which are frozen and so kept for good, and the state of their journeys. */
export interface Plans {
  /** @throws when there is no such plan. */
  get(id: string): Promise<StoredPlan>;
  /** Null for a plan that is gone, as the sample's are once it is removed. */
  find(id: string): Promise<StoredPlan | null>;
  /** A journey under way counts as paused while everything is held. */
  stateOf(journey: string): Promise<JourneyState>;
}

/** Reads a plan once, and a journey's state again after half a second. */
export function createPlans(models: Pick<Models, 'plans' | 'journeys' | 'holds'>): Plans {
  const plans = new Map<string, StoredPlan>();
  const states = new Map<string, { state: JourneyState; readAt: number }>();

  async function find(id: string): Promise<StoredPlan | null> {
    const known = plans.get(id);
    if (known) return known;
    const plan = await models.plans.findById(id).lean<StoredPlan>();
    if (plan) plans.set(id, plan);
    return plan;
  }

  return {
    find,
    async get(id) {
      const plan = await find(id);
      if (!plan) throw new Error(`There is no plan ${id}.`);
      return plan;
    },
    async stateOf(journey) {
      const known = states.get(journey);
      if (known && Date.now() - known.readAt < STATE_TRUST_MS) return known.state;
      const [found, hold] = await Promise.all([
        models.journeys.findById(journey, { state: 1 }).lean<{ state: JourneyState }>(),
        currentHold(models),
      ]);
      const own = found?.state ?? 'stopped';
      const state = hold && own === 'running' ? 'paused' : own;
      states.set(journey, { state, readAt: Date.now() });
      return state;
    },
  };
}
