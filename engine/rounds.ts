import { SECOND_MS } from '#shared/duration.ts';
import type { Engine } from './engine.ts';
import { repeating } from './events/repeating.ts';
import { SWEEP_MS } from './journeys/sweep.ts';

/** How often time edges are read while a clock runs faster than real time. */
const TIME_EDGES_MS = SECOND_MS;
/** By real time alone a reading is due every quarter of an hour; so many looks in between would find nothing. */
const LOOKS_AT_REST = 10;

/** What a server does again and again beside answering: bringing on who was left standing, and whom time alone made match. */
export function createRounds({
  base: { log, clocks },
  journeys,
  members,
}: Pick<Engine, 'base' | 'journeys' | 'members'>) {
  let looks = 0;
  const readTimeEdges = async (): Promise<void> => {
    const isFast = (await clocks.all()).some(({ scale }) => scale !== 1);
    if (looks++ % LOOKS_AT_REST === 0 || isFast) await members.readTimeEdges();
  };
  const round = (everyMs: number, name: string, turn: () => Promise<void>) =>
    repeating(everyMs, () =>
      turn().catch((error: unknown) => log.error({ err: error, round: name }, 'A round failed; the next one follows.')),
    );
  const rounds = [
    round(SWEEP_MS, 'sweep', () => journeys.sweeper.sweep()),
    round(TIME_EDGES_MS, 'time edges', readTimeEdges),
  ];
  return {
    start: () => rounds.forEach(({ start }) => start()),
    stop: async () => {
      await Promise.all(rounds.map(({ stop }) => stop()));
    },
  };
}
