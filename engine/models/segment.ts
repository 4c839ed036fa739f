import type { Member, Segment } from '#shared/segment.ts';
import { instant, type ModelDefinition, nested, text, truth, whole } from './model.ts';

export const segmentModel: ModelDefinition<Segment> = {
  collection: 'segments',
  fields: { name: text, condition: nested, createdAt: instant, updatedAt: instant, sample: truth },
  indexes: [[{ name: 1 }]],
};

export const memberModel: ModelDefinition<Member> = {
  collection: 'members',
  fields: {
    segment: text,
    contact: text,
    clock: text,
    since: instant,
    until: instant,
    revision: whole,
    judgedAt: instant,
    changedAt: instant,
    announcedAt: instant,
  },
  indexes: [[{ segment: 1, until: 1, _id: 1 }], [{ contact: 1 }], [{ announcedAt: 1, changedAt: 1 }]],
};

/** Up to which instant (of one clock) a segment's time edges have been read. `_id` is segment:clock. */
export type TimeReading = {
  _id: string;
  segment: string;
  clock: string;
  readUntil: Date;
  /** When everyone who matched had become a member; null while that is under way. */
  completeAt: Date | null;
  /** When the pass under way last gave a sign, and whose it is; absent from readings stored before these were kept. */
  passedAt?: Date | null;
  passedBy?: string | null;
};

export const timeReadingModel: ModelDefinition<TimeReading> = {
  collection: 'timeReadings',
  fields: { segment: text, clock: text, readUntil: instant, completeAt: instant, passedAt: instant, passedBy: text },
  indexes: [[{ segment: 1 }]],
};
