import { z } from 'zod';
import { EventMatch } from './condition.ts';
import { Moment } from './moment.ts';

/** What a step should make happen: a number of people, or a percentage of those who reach it. */
export const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), count: z.number().int().min(1) }),
  z.strictObject({ kind: z.literal('share'), percent: z.number().gt(0).max(100) }),
]);
export type Target = z.infer<typeof Target>;

/** The one thing people are asked to do, until when, and the event that proves it. `until: null`: seven days. */
export const CallToAction = z.strictObject({
  label: z.string().max(200),
  link: z.string().max(2_000),
  until: Moment.nullable(),
  proof: EventMatch,
});
export type CallToAction = z.infer<typeof CallToAction>;

/** A step's brief: three of its four elements; the fourth, the format, follows from kind and channel. `source: null` is inherited along the edges. */
export const Brief = z.strictObject({
  target: Target.nullable(),
  source: z.string().max(200).nullable(),
  callToAction: CallToAction.nullable(),
});
export type Brief = z.infer<typeof Brief>;

export const emptyBrief: Brief = { target: null, source: null, callToAction: null };
