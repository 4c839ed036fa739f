import { z } from 'zod';
import * as registry from './registry.ts';
import type { StepTraits } from './step.ts';

type Registry = typeof registry;
export type StepKind = keyof Registry;
export type StepOf<K extends StepKind> = z.infer<Registry[K]['schema']>;

/** Every step kind's definition, by its name. */
export const stepDefinitions: { [K in StepKind]: Registry[K] & StepTraits<StepOf<K>> } = registry;

const [first, ...others] = Object.values(stepDefinitions).map(({ schema }) => schema);
if (first === undefined) throw new Error('There are no step kinds');

export type Step = { [K in StepKind]: StepOf<K> }[StepKind];
export const Step: z.ZodType<Step> = z.discriminatedUnion('kind', [first, ...others]);

export const stepKinds: readonly StepKind[] = Object.values(stepDefinitions).map(
  ({ schema }) => schema.shape.kind.value,
);

/** The definition of a step's kind, to be asked about that very step. */
export function definitionOf<K extends StepKind>(step: { kind: K }): StepTraits<StepOf<K>> {
  return stepDefinitions[step.kind];
}
