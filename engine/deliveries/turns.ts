import { REAL_CLOCK } from '#shared/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Models } from '../models/index.ts';
import type { Claim } from './claim.ts';
import { createLine } from './line.ts';
import { type Limit, limitsOf } from './limits.ts';
import type { Ready } from './look.ts';
import { createPermits } from './permits.ts';

/** Whose turn is so near is sent at once. */
const NEAR_MS = SECOND_MS;
/** Whose turn was longer ago has missed it, and the line has gone on without them. */
const MISSED_MS = MINUTE_MS;

/** Those to be sent now, in lanes that do not hold each other up; and when the others are to come. */
export type Ordered = { lanes: { letters: Ready[]; limited: boolean }[]; later: { one: Ready; until: Date }[] };

/** Whose turn it is where a sender has limits; where none has, everybody's, at no cost. */
export interface Turns {
  /** Whoever has no place in line, or has missed their turn, gets one; who comes for their turn has had theirs. */
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

  async function turnsOf(ready: readonly Ready[], held: ReadonlyMap<string, Claim>): Promise<Map<Ready, Date>> {
    const missed = Date.now() - MISSED_MS;
    const turnOf = ({ letter }: Ready) => held.get(letter.key)?.turnAt ?? null;
    const placed = ready.flatMap((one): [Ready, Date][] => {
      const turn = turnOf(one);
      return turn && turn.getTime() > missed ? [[one, turn]] : [];
    });
    const known = new Map(placed);
    return new Map([...known, ...(await places(ready.filter((one) => !known.has(one))))]);
  }

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
      const turns = await turnsOf(ready, held);
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
      for (const [nth, limit] of limitsFor(one).entries()) {
        if (await permits.take(limit, endsAt, { ahead: nth > 0 })) continue;
        const [turn] = await line.book(limit, 1);
        return turn && turn.getTime() > endsAt ? turn : new Date(endsAt);
      }
      return null;
    },
  };
}
