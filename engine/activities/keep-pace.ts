import { setTimeout as pause } from 'node:timers/promises';
import { SECOND_MS } from '#shared/duration.ts';
import type { Models } from '../models/index.ts';

/** So many of a plan that are due are enough to keep every worker busy. */
const ENOUGH = 5_000;
/** Longer than it takes to carry a page on, so that an audience comes in no faster than it is carried. */
const LONGEST_MS = 2 * SECOND_MS;
const LOOK_MS = 200;

/**
 * Waits a little while many of a plan are still to be carried on: people who come in only to stand in line would hold up
 * single events and other journeys.
 */
export async function keepPace(
  { enrollments }: Pick<Models, 'enrollments'>,
  plan: string,
  { enough = ENOUGH, longestMs = LONGEST_MS }: { enough?: number; longestMs?: number } = {},
): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += LOOK_MS) {
    if ((await enrollments.countDocuments({ plan, due: { $lte: new Date() } })) < enough) return;
    await pause(LOOK_MS);
  }
}
