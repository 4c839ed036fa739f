import { type StepKind, stepKinds, type StepOf } from '#shared/steps/index.ts';
import type { StepFace } from './face.ts';
import * as registry from './registry.ts';

/** How each step kind looks; one missing does not compile. */
const stepFaces: { [K in StepKind]: StepFace<StepOf<K>> } = registry;

export const paletteKinds = stepKinds.toSorted((one, other) => stepFaces[one].palette - stepFaces[other].palette);

/** The face of a step's kind. */
export function faceOf<K extends StepKind>(step: { kind: K }): StepFace<StepOf<K>> {
  return stepFaces[step.kind];
}
