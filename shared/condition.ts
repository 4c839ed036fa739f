import { z } from 'zod';
import { Duration } from './duration.ts';
import { Stage } from './stage.ts';

const Scalar = z.union([z.string().max(1_000), z.number(), z.boolean()]);

export const Operator = z.enum([
  'equals',
  'notEquals',
  'contains',
  'startsWith',
  'greaterThan',
  'lessThan',
  'exists',
  'missing',
]);
export type Operator = z.infer<typeof Operator>;

/** A test of one value: of a profile's trait or an event's property, named by its dotted path. */
export const ValueCondition = z.strictObject({
  path: z.string().min(1).max(200),
  operator: Operator,
  value: Scalar.optional(),
});
export type ValueCondition = z.infer<typeof ValueCondition>;

/** Which events count: by name, and by conditions on their properties (all must hold). */
export const EventMatch = z.strictObject({
  event: z.string().min(1).max(200),
  where: z.array(ValueCondition).max(20).default([]),
});
export type EventMatch = z.infer<typeof EventMatch>;

export const Comparison = z.enum(['exactly', 'atLeast', 'atMost', 'moreThan', 'lessThan']);
export type Comparison = z.infer<typeof Comparison>;

/** How often an event happened ("ordered exactly once"; "no order for 30 days" is exactly 0 within 30 days). */
export const CountCondition = z.strictObject({
  kind: z.literal('count'),
  ...EventMatch.shape,
  comparison: Comparison,
  times: z.number().int().min(0),
  within: Duration.nullable().default(null),
});

/** What an event's values come to ("spent over 100"), in minor units. */
export const SumCondition = z.strictObject({
  kind: z.literal('sum'),
  ...EventMatch.shape,
  comparison: Comparison,
  minor: z.number().int(),
  within: Duration.nullable().default(null),
});

export const ProfileCondition = z.strictObject({ kind: z.literal('profile'), ...ValueCondition.shape });
export const TagCondition = z.strictObject({
  kind: z.literal('tag'),
  tag: z.string().min(1).max(200),
  has: z.boolean(),
});
export const StageCondition = z.strictObject({
  kind: z.literal('stage'),
  comparison: z.enum(['is', 'atLeast', 'below']),
  stage: Stage,
});
export const ConsentCondition = z.strictObject({
  kind: z.literal('consent'),
  channel: z.literal('email'),
  given: z.boolean(),
});

export const LeafCondition = z.discriminatedUnion('kind', [
  CountCondition,
  SumCondition,
  ProfileCondition,
  TagCondition,
  StageCondition,
  ConsentCondition,
]);
export type LeafCondition = z.infer<typeof LeafCondition>;

export type GroupCondition = { kind: 'all' | 'any'; of: Condition[] };
export type Condition = LeafCondition | GroupCondition;

/** How deep conditions may nest; deeper ones are refused before anything recurses into them. */
export const MAX_NESTING = 8;

const nested = (depth: number): z.ZodType<Condition, unknown> =>
  depth === 0
    ? LeafCondition
    : z.union([
        LeafCondition,
        z.strictObject({ kind: z.enum(['all', 'any']), of: z.array(z.lazy(() => nested(depth - 1))).max(50) }),
      ]);

/** Nested and/or conditions over profile, tags, stage, consent and events. An empty "all" holds for everyone, an empty "any" for nobody. */
export const Condition: z.ZodType<Condition, unknown> = nested(MAX_NESTING);

/** Whether a condition joins others. */
export function isGroup(condition: Condition): condition is GroupCondition {
  return condition.kind === 'all' || condition.kind === 'any';
}

/** Every leaf of a condition, in reading order. */
export function leavesOf(condition: Condition): LeafCondition[] {
  return isGroup(condition) ? condition.of.flatMap(leavesOf) : [condition];
}
