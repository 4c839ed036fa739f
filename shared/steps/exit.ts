import { z } from 'zod';
import { type StepDefinition, stepShape } from './step.ts';

/** The end of the road: whoever comes here has completed the journey. */
export const ExitStep = z.strictObject({ kind: z.literal('exit'), ...stepShape });
export type ExitStep = z.infer<typeof ExitStep>;

export const exit: StepDefinition<typeof ExitStep> = {
  schema: ExitStep,
  defaults: () => ({}),
  outcomes: () => [],
  summary: () => ({ key: 'steps.exit.summary', values: {} }),
  message: () => null,
  parts: () => [{ sort: 'do', part: '', edges: {} }],
  problems: () => [],
  coupons: () => [],
  issuesCoupon: false,
  pool: () => null,
};
