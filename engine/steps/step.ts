import type { Enrollment } from '#shared/enrollment.ts';
import type { StepKind, StepOf } from '#shared/steps/index.ts';
import type { Walker } from '../activities/contact-reading.ts';
import type { Base } from '../base.ts';
import type { Coupons } from '../coupons/issue.ts';
import type { Deliveries } from '../deliveries.ts';
import type { StoredPlan } from '../models/journey.ts';

/** A person at a step, and the instant it is for them, on their own clock. */
export type Person = { row: Enrollment; contact: Walker; at: Date };

/** What a step decided about one person. Codes, never addresses: they land in histories. */
export type Decision =
  { kind: 'edge'; edge: string } | { kind: 'deferred'; until: Date } | { kind: 'failed'; code: string };

export type ActBatch<S> = {
  step: S;
  plan: StoredPlan;
  people: Person[];
  group: string;
  /** Batch and attempt: fences whoever was given the same people before. */
  token: string;
};

/** What acting needs. */
export type ActDeps = { base: Base; deliveries: Deliveries; coupons: Coupons; workspaceZone: () => Promise<string> };

/** How a batch of people runs through a step: one decision for each of them. A kind of only waits does not act. */
export type Act<S> = (deps: ActDeps, batch: ActBatch<S>) => Promise<Map<string, Decision>>;

export type EngineStep<K extends StepKind> = {
  act: Act<StepOf<K>> | null;
  /** Its act changes nothing outside the answer, so that what led to it need not be written first. */
  onlyDecides?: true;
};
