import { z } from 'zod';

/** The clock of everyone who is not a sample or rehearsal contact: real time. */
export const REAL_CLOCK = 'real';
/** The clock of the sample shop's people. */
export const SAMPLE_CLOCK = 'sample';

/**
 * How a contact's time runs against real time. Until `startedAt` it stands at `origin`; then it runs
 * `scale` times as fast, and from `scaledUntil` on (an instant of its own) at the pace of real time.
 */
export const Clock = z.object({
  _id: z.string(),
  origin: z.date(),
  startedAt: z.date().nullable(),
  scale: z.number().positive(),
  scaledUntil: z.date().nullable(),
});
export type Clock = z.infer<typeof Clock>;

/** Real time as a clock, so that nothing needs to treat it apart. */
export const realClock: Clock = {
  _id: REAL_CLOCK,
  origin: new Date(0),
  startedAt: new Date(0),
  scale: 1,
  scaledUntil: null,
};

/** The clock's own instant at a real one. */
export function onClock(clock: Clock, real: Date): Date {
  if (!clock.startedAt) return clock.origin;
  const elapsedMs = Math.max(0, real.getTime() - clock.startedAt.getTime());
  const scaledMs = scaledRealMs(clock);
  if (elapsedMs <= scaledMs) return new Date(Math.round(clock.origin.getTime() + elapsedMs * clock.scale));
  return new Date(Math.round(clock.origin.getTime() + scaledMs * clock.scale + (elapsedMs - scaledMs)));
}

/** The real instant at which the clock shows `own`; a clock that has not started yet answers `null`. */
export function inReality(clock: Clock, own: Date): Date | null {
  if (!clock.startedAt) return null;
  const ownMs = own.getTime() - clock.origin.getTime();
  const scaledOwnMs = scaledRealMs(clock) * clock.scale;
  const realMs = ownMs <= scaledOwnMs ? ownMs / clock.scale : scaledOwnMs / clock.scale + (ownMs - scaledOwnMs);
  return new Date(Math.round(clock.startedAt.getTime() + realMs));
}

/** How long, in real milliseconds, the clock runs at its scale before it falls back to the pace of real time. */
function scaledRealMs(clock: Clock): number {
  if (!clock.scaledUntil) return Number.POSITIVE_INFINITY;
  return Math.max(0, clock.scaledUntil.getTime() - clock.origin.getTime()) / clock.scale;
}
