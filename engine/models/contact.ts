import type { Contact } from '#shared/contact.ts';
import { instant, type ModelDefinition, nested, text, texts, whole } from './model.ts';

export const contactModel: ModelDefinition<Contact> = {
  collection: 'contacts',
  fields: {
    clock: text,
    mergedInto: text,
    email: text,
    phone: text,
    userId: text,
    name: text,
    search: texts,
    profile: nested,
    tags: texts,
    companies: texts,
    consent: nested,
    firstSource: nested,
    latestSource: nested,
    stage: text,
    stageDates: nested,
    summaries: nested,
    value: nested,
    timeZone: text,
    revision: whole,
    createdAt: instant,
    updatedAt: instant,
  },
  // Events that segments ask about get indexes of their own (see segments/event-index.ts).
  indexes: [[{ createdAt: -1, _id: 1 }], [{ search: 1 }], [{ tags: 1 }], [{ companies: 1 }], [{ clock: 1, stage: 1 }]],
};
