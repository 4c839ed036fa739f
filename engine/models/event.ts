import type { Event } from '#shared/event.ts';
import { instant, type ModelDefinition, nested, text, truth, whole } from './model.ts';

export const eventModel: ModelDefinition<Event> = {
  collection: 'events',
  fields: {
    kind: text,
    name: text,
    contact: text,
    at: instant,
    receivedAt: instant,
    properties: nested,
    value: nested,
    history: truth,
    source: text,
    dispatch: text,
    attempts: whole,
    reason: text,
    context: nested,
  },
  indexes: [
    [{ contact: 1, at: -1, _id: -1 }],
    [{ contact: 1, name: 1, at: 1 }],
    [{ contact: 1, receivedAt: 1 }],
    [{ dispatch: 1, receivedAt: 1 }],
  ],
};

/** A call that was refused in a batch, kept with its reason so that nothing is lost. */
export type RejectedEvent = { _id: string; body: unknown; reason: string; receivedAt: Date; source: string };

export const rejectedEventModel: ModelDefinition<RejectedEvent> = {
  collection: 'rejectedEvents',
  fields: { body: nested, reason: text, receivedAt: instant, source: text },
  indexes: [[{ receivedAt: -1 }]],
};

/** A name by which an event was ever seen, so that nobody has to read all events to list them. */
export type SeenEventName = { _id: string; firstSeenAt: Date };

export const eventNameModel: ModelDefinition<SeenEventName> = {
  collection: 'eventNames',
  fields: { firstSeenAt: instant },
  indexes: [],
};
