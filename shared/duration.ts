import { z } from 'zod';

export const DurationUnit = z.enum(['second', 'minute', 'hour', 'day', 'week']);
export type DurationUnit = z.infer<typeof DurationUnit>;

/** A length of time; a day is always 24 hours. */
export const Duration = z.strictObject({ amount: z.number().int().min(0).max(100_000), unit: DurationUnit });
export type Duration = z.infer<typeof Duration>;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const unitMs = {
  second: SECOND_MS,
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
} satisfies Record<DurationUnit, number>;

/** A duration in milliseconds. */
export function durationMs({ amount, unit }: Duration): number {
  return amount * unitMs[unit];
}
