import { z } from 'zod';
import { EventMatch } from './condition.ts';
import { Entry, Goal, Reentry } from './journey.ts';
import { Moment } from './moment.ts';
import { Step } from './steps/index.ts';

/** Something to do, then one of several edges to take. */
export const DoNode = z.object({
  sort: z.literal('do'),
  step: z.string(),
  part: z.string(),
  edges: z.record(z.string(), z.string()),
});
export type DoNode = z.infer<typeof DoNode>;

export const AwaitedByNode = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), match: EventMatch }),
  z.object({ kind: z.literal('coupon'), coupon: z.string() }),
]);

/** A place to wait at, until a moment or an event; `onEvent`, `onDue` and `onPast` name edges. */
export const WaitNode = z.object({
  sort: z.literal('wait'),
  step: z.string(),
  part: z.string(),
  until: Moment.nullable(),
  awaits: AwaitedByNode.nullable(),
  onEvent: z.string().nullable(),
  onDue: z.string(),
  onPast: z.string(),
  edges: z.record(z.string(), z.string()),
});
export type WaitNode = z.infer<typeof WaitNode>;

export const PlanNode = z.discriminatedUnion('sort', [DoNode, WaitNode]);
export type PlanNode = z.infer<typeof PlanNode>;

/** A published, frozen journey version. Node ids are step ids, plus a part where a step has several. */
export const Plan = z.object({
  _id: z.string(),
  journey: z.string(),
  version: z.number().int(),
  start: z.string(),
  nodes: z.record(z.string(), PlanNode),
  steps: z.record(z.string(), Step),
  /** Traffic source by step, after inheritance. */
  sources: z.record(z.string(), z.string()),
  entry: Entry,
  reentry: Reentry,
  goal: Goal.nullable(),
  exits: z.array(EventMatch),
});
export type Plan = z.infer<typeof Plan>;

/** The id of a step's part as a node. */
export function nodeId(step: string, part: string): string {
  return part === '' ? step : `${step}.${part}`;
}

/** The step a node belongs to. */
export function stepOfNode(node: string): string {
  return node.split('.')[0] ?? node;
}
