import { instant, type ModelDefinition, text } from './model.ts';

/** Which delivery a returned mail is about; `_id` is the id in its envelope sender. */
export type StoredReturnPath = { _id: string; delivery: string; at: Date };

/** Mails come back within days, complaints within weeks. */
const KEPT_SECONDS = 90 * 86_400;

export const returnPathModel: ModelDefinition<StoredReturnPath> = {
  collection: 'returnPaths',
  fields: { delivery: text, at: instant },
  indexes: [[{ at: 1 }, { expireAfterSeconds: KEPT_SECONDS }]],
};
