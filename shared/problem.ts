import { z } from 'zod';

export const ProblemCode = z.enum([
  'noEntry',
  'noSteps',
  'unreachable',
  'noWayOut',
  'cycle',
  'missingTarget',
  'missingSource',
  'missingCallToAction',
  'missingStage',
  'emptyMessage',
  'invalidMessage',
  'unknownSegment',
  'unknownCoupon',
  'couponNotBefore',
  'unknownSender',
  'emptyPool',
  'pastFallsThrough',
  'missingEvent',
  'danglingEdge',
  'invalidField',
]);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** Something wrong with a journey, at a step (null: the journey as a whole), at a field. Errors block publication. The builder words it from `code` and `detail`. */
export const Problem = z.object({
  severity: z.enum(['error', 'warning']),
  step: z.string().nullable(),
  field: z.string().nullable(),
  code: ProblemCode,
  detail: z.string().default(''),
});
export type Problem = z.infer<typeof Problem>;
