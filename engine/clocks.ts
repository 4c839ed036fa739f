import { type Clock, onClock, REAL_CLOCK, realClock } from '#shared/clock.ts';
import type { Models } from './models/index.ts';

/** How long a running clock is trusted; it never changes after its start. One that stands still is read every time. */
const TRUST_MS = 1_000;

/** The clocks contacts live by. Nothing else may read the wall clock on a contact's behalf. */
export interface Clocks {
  get(id: string): Promise<Clock>;
  all(): Promise<Clock[]>;
  /** The clock's own instant now. */
  now(id: string): Promise<Date>;
}

/** Clocks as stored, trusted for a second after they were read. */
export function createClocks(models: Pick<Models, 'clocks'>): Clocks {
  const known = new Map<string, { clock: Clock; readAt: number }>();

  async function get(id: string): Promise<Clock> {
    if (id === REAL_CLOCK) return realClock;
    const cached = known.get(id);
    if (cached && Date.now() - cached.readAt < TRUST_MS) return cached.clock;
    const clock = await models.clocks.findById(id).lean<Clock>();
    // A clock that is gone took its people with it; whoever still asks gets real time.
    if (!clock) return realClock;
    if (clock.startedAt) known.set(id, { clock, readAt: Date.now() });
    return clock;
  }

  return {
    get,
    all: async () => [realClock, ...(await models.clocks.find().lean<Clock[]>())],
    now: async (id) => onClock(await get(id), new Date()),
  };
}
