import { z } from 'zod';

/** What a node's people are doing now, and how many ever came through. */
export const StepFigures = z.object({
  step: z.string(),
  entered: z.number().int(),
  waiting: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  exited: z.number().int(),
  /** How many left by each outcome of the step. */
  outcomes: z.record(z.string(), z.number().int()),
  /** Only on steps that speak. */
  message: z
    .object({
      sent: z.number().int(),
      opened: z.number().int(),
      clicked: z.number().int(),
      converted: z.number().int(),
      unsubscribed: z.number().int(),
      /** Came back as undeliverable, for good or for now. */
      bounced: z.number().int(),
      /** Whose reader called it spam. */
      complained: z.number().int(),
      failed: z.number().int(),
      unknown: z.number().int(),
      deferred: z.number().int(),
      skipped: z.record(z.string(), z.number().int()),
      valueMinor: z.number().int(),
      currency: z.string().nullable(),
    })
    .nullable(),
  /** The call to action's target and what came of it. `expected` is the target as a number of people so far. */
  target: z.object({ expected: z.number(), actual: z.number().int() }).nullable(),
});
export type StepFigures = z.infer<typeof StepFigures>;

/** A running journey in numbers: entered = waiting + completed + exited + failed. */
export const JourneyReport = z.object({
  journey: z.string(),
  at: z.iso.datetime(),
  entered: z.number().int(),
  waiting: z.number().int(),
  completed: z.number().int(),
  exited: z.number().int(),
  failed: z.number().int(),
  goal: z
    .object({ reached: z.number().int(), valueMinor: z.number().int(), currency: z.string().nullable() })
    .nullable(),
  steps: z.array(StepFigures),
});
export type JourneyReport = z.infer<typeof JourneyReport>;
