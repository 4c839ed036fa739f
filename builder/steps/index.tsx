import type { StepKind, StepOf } from '#shared/steps/index.ts';
import { branch } from './branch.tsx';
import { coupon } from './coupon.tsx';
import { exit } from './exit.tsx';
import type { StepFace } from './face.ts';
import { message } from './message.tsx';
import { waitForEvent } from './wait-for-event.tsx';
import { wait } from './wait.tsx';

/** The registry of faces; one missing does not compile. */
export const stepFaces: { [K in StepKind]: StepFace<StepOf<K>> } = {
  message,
  coupon,
  wait,
  'wait-for-event': waitForEvent,
  branch,
  exit,
};

/** Step kinds in the order the palette offers them. */
export const paletteKinds = [
  'message',
  'coupon',
  'wait',
  'wait-for-event',
  'branch',
  'exit',
] as const satisfies readonly StepKind[];

/** The face of a step's kind. */
export function faceOf<K extends StepKind>(step: { kind: K }): StepFace<StepOf<K>> {
  return stepFaces[step.kind];
}
