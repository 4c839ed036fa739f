import type { EngineStep } from './step.ts';

/** Everyone who comes here has completed the journey: a node without edges ends the run. */
export const exit: EngineStep<'exit'> = {
  onlyDecides: true,
  act: async (_deps, { people }) => new Map(people.map(({ row }) => [row._id, { kind: 'edge', edge: 'end' }])),
};
