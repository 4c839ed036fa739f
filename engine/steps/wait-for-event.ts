import type { EngineStep } from './step.ts';

/** Nothing to do but wait; for what and until when stands in the plan's node. */
export const waitForEvent: EngineStep<'wait-for-event'> = { act: null };
