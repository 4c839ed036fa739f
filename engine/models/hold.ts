import { instant, type ModelDefinition, text } from './model.ts';

/** Everything stands still (`_id` "restored"): the database was put back to an earlier time, until somebody says to go on. */
export type StoredHold = {
  _id: string;
  /** The last mark that the database remembers; null: not one. */
  dataFrom: Date | null;
  /** Until when this workspace is known to have run. */
  ranUntil: Date;
  noticedAt: Date;
  releasedAt: Date | null;
  releasedBy: string | null;
};

export const holdModel: ModelDefinition<StoredHold> = {
  collection: 'holds',
  fields: { dataFrom: instant, ranUntil: instant, noticedAt: instant, releasedAt: instant, releasedBy: text },
  indexes: [],
};
