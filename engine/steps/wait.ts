import type { EngineStep } from './step.ts';

/** Nothing to do but wait; where to and until when stands in the plan's node. */
export const wait: EngineStep<'wait'> = { act: null };
