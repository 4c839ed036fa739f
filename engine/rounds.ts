import { SECOND_MS } from '#shared/duration.ts';
import type { Engine } from './engine.ts';
import { repeating } from './events/repeating.ts';
import { SWEEP_MS } from './journeys/sweep.ts';

const TIME_EDGES_MS = SECOND_MS;

/** What a server does again and again beside answering: bringing on who was left standing, and whom time alone made match. */
export function createRounds({ base: { log }, journeys, members }: Pick<Engine, 'base' | 'journeys' | 'members'>) {
  const round = (everyMs: number, name: string, turn: () => Promise<void>) =>
    repeating(everyMs, () =>
      turn().catch((error: unknown) => log.error({ err: error, round: name }, 'A round failed; the next one follows.')),
    );
  const rounds = [
    round(SWEEP_MS, 'sweep', () => journeys.sweeper.sweep()),
    round(TIME_EDGES_MS, 'time edges', () => members.readTimeEdges()),
  ];
  return {
    start: () => rounds.forEach(({ start }) => start()),
    stop: async () => {
      await Promise.all(rounds.map(({ stop }) => stop()));
    },
  };
}
