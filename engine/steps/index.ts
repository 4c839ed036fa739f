import type { StepKind } from '#shared/steps/index.ts';
import * as registry from './registry.ts';
import type { EngineStep } from './step.ts';

/** How each step kind runs; one missing does not compile. */
const engineSteps: { [K in StepKind]: EngineStep<K> } = registry;

/** How a step's kind runs. */
export function engineStepOf<K extends StepKind>(step: { kind: K }): EngineStep<K> {
  return engineSteps[step.kind];
}
