import { REAL_CLOCK } from '#shared/clock.ts';
import { SECOND_MS } from '#shared/duration.ts';
import type { Models } from '../models/index.ts';
import type { Claim } from './claim.ts';
import { createLine } from './line.ts';
import { type Limit, limitsOf } from './limits.ts';
import type { Ready } from './look.ts';
import { createPermits } from './permits.ts';

/** Whose turn is so near is sent at once. */
const NEAR_MS = SECOND_MS;

/** Those to be sent now, in lanes that do not hold each other up; and when the others are to come. */
export type Ordered = { lanes: { letters: Ready[]; limited: boolean }[]; later: { one: Ready; until: Date }[] };

/** Whose turn it is where a sender has limits; where none has, everybody's, at no cost. */
export interface Turns {
  /** Newcomers get places in line; who has been waiting has had theirs. */
  order(ready: Ready[], held: ReadonlyMap<string, Claim>): Promise<Ordered>;
  /** Waits for leave to send; when there is none before `endsAt`, answers when to come again. */
  wait(one: Ready, endsAt: number): Promise<Date | null>;
}

/** Limits are those of the real world: people on a clock of their own are mailed in the house. */
function limitsFor({ letter, contact, sender, address }: Ready): Limit[] {
  return letter.run && (contact.clock ?? REAL_CLOCK) === REAL_CLOCK ? limitsOf(sender, address) : [];
}

/** Turns by permits, which are exact, and places in line, which spare those who wait to ask again and again. */
export function createTurns(models: Pick<Models, 'permits' | 'waitingLines'>): Turns {
  const permits = createPermits(models);
  const line = createLine(models);

  async function places(newcomers: readonly Ready[]): Promise<Map<Ready, Date>> {
    const byLimit = new Map<string, { limit: Limit; people: Ready[] }>();
    for (const one of newcomers) {
      for (const limit of limitsFor(one)) {
        const queue = byLimit.get(limit.id) ?? { limit, people: [] };
        queue.people.push(one);
        byLimit.set(limit.id, queue);
      }
    }
    const latest = new Map<Ready, Date>();
    for (const { limit, people } of byLimit.values()) {
      const turns = await line.book(limit, people.length);
      people.forEach((one, place) => {
        const [turn, other] = [turns[place] ?? new Date(), latest.get(one)];
        latest.set(one, other && other > turn ? other : turn);
      });
    }
    return latest;
  }

  return {
    async order(ready, held) {
      const lanes = Map.groupBy(ready, (one) => limitsFor(one)[0]?.id ?? '');
      if (lanes.size <= 1 && lanes.has('')) return { lanes: [{ letters: ready, limited: false }], later: [] };
      const turns = await places(ready.filter(({ letter }) => held.get(letter.key)?.attempts === 1));
      const soon = Date.now() + NEAR_MS;
      const isLater = (one: Ready) => (turns.get(one)?.getTime() ?? 0) > soon;
      return {
        lanes: [...lanes].map(([id, lane]) => ({
          letters: lane.filter((one) => !isLater(one)),
          limited: id !== '',
        })),
        later: [...turns].filter(([one]) => isLater(one)).map(([one, until]) => ({ one, until })),
      };
    },

    async wait(one, endsAt) {
      for (const limit of limitsFor(one)) {
        if (await permits.take(limit, endsAt)) continue;
        const [turn] = await line.book(limit, 1);
        return turn && turn.getTime() > endsAt ? turn : new Date(endsAt);
      }
      return null;
    },
  };
}
