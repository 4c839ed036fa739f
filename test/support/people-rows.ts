import type { Contact } from '#shared/contact.ts';
import type { SeenEvent } from '#shared/evaluate.ts';
import type { Event } from '#shared/event.ts';
import { summariesOf } from './random-people.ts';

/** A contact's row with the summaries of their events. */
export function contactRow(id: string, events: readonly SeenEvent[], rest: Partial<Contact> = {}): Contact {
  const now = new Date();
  return {
    _id: id,
    clock: 'real',
    mergedInto: null,
    email: `${id}@example.com`,
    phone: null,
    userId: null,
    name: id,
    search: [id],
    profile: {},
    tags: [],
    companies: [],
    consent: { email: { state: 'given', at: now, source: 'test' } },
    firstSource: null,
    latestSource: null,
    stage: 'awareness',
    stageDates: {},
    summaries: summariesOf(events),
    value: [],
    timeZone: null,
    revision: 0,
    createdAt: now,
    updatedAt: now,
    ...rest,
  };
}

export function eventRow(contact: string, index: number, event: SeenEvent): Event {
  return {
    ...event,
    _id: `${contact}-${index}`,
    kind: 'track',
    contact,
    receivedAt: new Date(),
    history: true,
    source: 'test',
    dispatch: 'done',
    attempts: 0,
    reason: null,
  };
}
