import { z } from 'zod';
import { Brief } from '../brief.ts';
import type { EventMatch } from '../condition.ts';
import type { Message } from '../message.ts';
import type { Moment } from '../moment.ts';
import type { Problem } from '../problem.ts';
import { Stage } from '../stage.ts';

/** What every step has, whatever its kind. */
export const stepShape = {
  id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  name: z.string().min(1).max(120),
  stage: Stage.nullable(),
  brief: Brief,
};

/** A way out of a step. One that is `optional` and not drawn goes on where `fallback` goes. */
export type Outcome = { id: string; label?: string; fallback?: string };

/** What a wait node awaits besides its moment. */
export type Awaited = { kind: 'event'; match: EventMatch } | { kind: 'coupon'; coupon: string };

/** A piece of a step as the plan will hold it; `edges` name either an outcome of the step or another part (`part:<name>`). */
export type PartDraft =
  | { sort: 'do'; part: string; edges: Record<string, { outcome: string } | { part: string }> }
  | {
      sort: 'wait';
      part: string;
      until: Moment | null;
      awaits: Awaited | null;
      /** Which outcome is taken when the awaited thing happens, when the moment comes, and when it is already past. */
      onEvent: string | null;
      onDue: string;
      onPast: string;
    };

/** One step kind, complete: its schema, and everything shared code asks of it, never by its name. */
export type StepDefinition<Schema extends z.ZodType> = { schema: Schema } & StepTraits<z.infer<Schema>>;

export type StepTraits<S> = {
  /** A new step's settings, before the marketer has said anything. */
  defaults(): Omit<S, 'id' | 'name' | 'stage' | 'brief' | 'kind'>;
  outcomes(step: S): Outcome[];
  /** One line for the card: a locale key under `steps.<kind>.summary` and its values. */
  summary(step: S): { key: string; values: Record<string, string | number> };
  /** What the step says to people, if it speaks. */
  message(step: S): Message | null;
  /** The parts it compiles into, the first being where people come in. */
  parts(step: S): PartDraft[];
  /** What is wrong with the settings beyond their schema. */
  problems(step: S): Omit<Problem, 'step'>[];
  /** Coupon steps it needs to have been issued before. */
  coupons(step: S): string[];
  /** Whether it issues a coupon of its own that later steps may print and await. */
  issuesCoupon: boolean;
  /** The uploaded pool its codes are claimed from, if any. */
  pool(step: S): string | null;
};
