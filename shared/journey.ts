import { z } from 'zod';
import { Condition, EventMatch } from './condition.ts';
import { Duration } from './duration.ts';
import { Step } from './steps/index.ts';

/** How people come in. `source` is the traffic source that steps inherit. */
export const Entry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('segment'),
    source: z.string().max(200),
    segment: z.string(),
    /** Everyone who matches now, whoever begins to match, or both. */
    who: z.enum(['matching', 'joining', 'both']),
  }),
  z.strictObject({
    kind: z.literal('event'),
    source: z.string().max(200),
    match: EventMatch,
    condition: Condition.nullable().default(null),
    /** A property whose value makes a run of its own (an order id); null: one run a contact. */
    key: z.string().max(200).nullable(),
  }),
  z.strictObject({ kind: z.literal('api'), source: z.string().max(200) }),
]);
export type Entry = z.infer<typeof Entry>;

/** When someone who has been through may enter again. */
export const Reentry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once') }),
  z.strictObject({ kind: z.literal('afterEnd') }),
  z.strictObject({ kind: z.literal('daysAfterEnd'), days: z.number().int().min(1).max(3_650) }),
]);
export type Reentry = z.infer<typeof Reentry>;

/** The event the journey exists for, within a window from entry; its value comes with the event. */
export const Goal = z.strictObject({ ...EventMatch.shape, within: Duration, whenReached: z.enum(['stay', 'leave']) });
export type Goal = z.infer<typeof Goal>;

export const Edge = z.strictObject({ id: z.string(), from: z.string(), outcome: z.string(), to: z.string() });
export type Edge = z.infer<typeof Edge>;

export const Position = z.strictObject({ x: z.number(), y: z.number() });
export type Position = z.infer<typeof Position>;

/** What a marketer draws. `start` is the step that people come to first. */
export const Drawing = z.strictObject({
  entry: Entry.nullable(),
  reentry: Reentry,
  goal: Goal.nullable(),
  exits: z.array(EventMatch).max(20),
  start: z.string().nullable(),
  steps: z.array(Step).max(200),
  edges: z.array(Edge).max(600),
  layout: z.record(z.string(), Position),
});
export type Drawing = z.infer<typeof Drawing>;

export const emptyDrawing: Drawing = {
  entry: null,
  reentry: { kind: 'once' },
  goal: null,
  exits: [],
  start: null,
  steps: [],
  edges: [],
  layout: {},
};

export const JourneyState = z.enum(['draft', 'running', 'paused', 'stopped', 'archived']);
export type JourneyState = z.infer<typeof JourneyState>;

/** A journey as stored: its drawing in progress, and which plan newcomers take. */
export const Journey = z.object({
  _id: z.string(),
  name: z.string().min(1).max(200),
  state: JourneyState,
  drawing: Drawing,
  /** Rises with every save; a save names the one it started from, so that no editor overwrites another. */
  revision: z.number().int(),
  plan: z.string().nullable(),
  version: z.number().int(),
  createdAt: z.date(),
  updatedAt: z.date(),
  updatedBy: z.string(),
  publishedAt: z.date().nullable(),
  /** Set on what was loaded with the sample shop, and goes with it. */
  sample: z.boolean(),
});
export type Journey = z.infer<typeof Journey>;
