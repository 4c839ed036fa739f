import type { StepKind } from '#shared/steps/index.ts';
import { branch } from './branch.ts';
import { coupon } from './coupon.ts';
import { exit } from './exit.ts';
import { message } from './message.ts';
import type { EngineStep } from './step.ts';
import { wait } from './wait.ts';
import { waitForEvent } from './wait-for-event.ts';

/** How each step kind runs; one missing does not compile. */
export const engineSteps: { [K in StepKind]: EngineStep<K> } = {
  message,
  coupon,
  wait,
  'wait-for-event': waitForEvent,
  branch,
  exit,
};

/** How a step's kind runs. */
export function engineStepOf<K extends StepKind>(step: { kind: K }): EngineStep<K> {
  return engineSteps[step.kind];
}
