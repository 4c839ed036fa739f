import type { Enrollment } from '#shared/enrollment.ts';
import { atRest } from '../journeys/run.ts';
import type { Move } from './moves.ts';

/** Leaves someone standing at their step with the reason, to be tried again, skipped or taken out by hand. */
export function park(row: Enrollment, at: Date, code: string): Move {
  return { row, set: { ...atRest, state: 'failed', endedAt: at, ending: { kind: 'failed', code } } };
}
