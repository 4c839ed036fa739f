import { speak } from './speak.ts';
import type { EngineStep } from './step.ts';

/** Sends the message, once, and goes on. */
export const message: EngineStep<'message'> = {
  act: (deps, batch) => speak(deps, batch, { message: batch.step.message, edge: 'next' }),
};
