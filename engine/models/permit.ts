import { instant, type ModelDefinition, whole } from './model.ts';

/** How many of a second's permits are taken; `_id` is sender|domain|second, with an empty domain for all of a sender's. */
export type Permit = { _id: string; taken: number; at: Date };

const KEPT_SECONDS = 60;

export const permitModel: ModelDefinition<Permit> = {
  collection: 'permits',
  fields: { taken: whole, at: instant },
  indexes: [[{ at: 1 }, { expireAfterSeconds: KEPT_SECONDS }]],
};

/** Until when a limit's places are given away; `_id` is sender|domain. */
export type WaitingLine = { _id: string; until: Date };

export const waitingLineModel: ModelDefinition<WaitingLine> = {
  collection: 'waitingLines',
  fields: { until: instant },
  indexes: [],
};
