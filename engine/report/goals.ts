import type { Enrollment } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';
import { createMirror, type Mirror } from './mirror.ts';

export type Reached = { _id: string; goal: NonNullable<Enrollment['goal']> };
export type Goals = { reached: number; valueMinor: number; currency: string | null };

const EVER = new Date(-8_640_000_000_000_000);

/** The runs of a journey that reached its goal, followed as they do. */
export function mirrorGoals({ enrollments }: Pick<Models, 'enrollments'>, journey: string): Mirror<Reached> {
  const from = (at: Date) =>
    enrollments
      .find({ journey, 'goal.at': { $gte: at } }, { goal: 1 })
      .lean<Reached[]>()
      .cursor({ batchSize: 1_000 });
  return createMirror<Reached>({
    all: () => from(EVER),
    since: from,
    instantOf: ({ goal }) => goal.at,
    count: () => enrollments.countDocuments({ journey, 'goal.at': { $gte: EVER } }),
  });
}

/** Conversions and what they came to, in the currency most of them are in: the first met. */
export function goalsOf(reached: Iterable<Reached>): Goals {
  const goals: Goals = { reached: 0, valueMinor: 0, currency: null };
  for (const { goal } of reached) {
    goals.reached += 1;
    goals.currency ??= goal.currency || null;
    if (goal.currency === goals.currency) goals.valueMinor += goal.minor;
  }
  return goals;
}
