import type { Enrollment } from '#shared/enrollment.ts';
import type { ActDeps } from '../steps/step.ts';
import type { Plans } from '../journeys/plans.ts';
import type { Leaving } from '../journeys/leave.ts';
import type { Starter } from '../temporal/starter.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Walker } from './contact-reading.ts';
import type { Moves } from './moves.ts';

/** What the activities that move people are built from. */
export type WalkDeps = ActDeps & { plans: Plans; starter: Starter; leaving: Leaving };

/** A batch under way: who it is, which people of its page are still its own, and the instant it is for each of them. */
export type BatchUnderWay = {
  id: string;
  token: string;
  key: string;
  plan: StoredPlan;
  node: string;
  /** The batch's instant in real time. */
  realAt: Date;
  rows: Enrollment[];
  contacts: Map<string, Walker>;
  /** Where what is decided is taken down. */
  moves: Moves;
  /** The instant on the person's own clock: on a scaled clock work takes no time. */
  ownAt: (row: Enrollment) => Date;
};
