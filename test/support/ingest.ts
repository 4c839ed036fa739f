import { createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { type Contacts, createContacts } from '#engine/contacts/contacts.ts';
import { createEvents, type Events } from '#engine/events/events.ts';
import { createEventNames } from '#engine/events/names.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { createSettings } from '#engine/settings.ts';
import { nanoid } from 'nanoid';
import type { Event } from '#shared/event.ts';
import { openDatabase } from './mongo.ts';

/** People and events on a database of their own, and what they asked of the parts behind them. */
export type Ingest = Awaited<ReturnType<typeof openIngest>>;

/** @param react what happens to each event once it is durable; throwing makes it fail. */
export async function openIngest(react: (event: Event) => Promise<void> = async () => undefined) {
  const { connection, uri, close } = await openDatabase();
  const base = createBase({ config: { ...readConfig(), LOG_LEVEL: 'silent' }, connection });
  await buildIndexes(base.models);
  const settings = createSettings(base.models);
  const names = createEventNames({ models: base.models, settings });
  const reacted: Event[] = [];
  const refreshed: string[][] = [];
  const merged: [string, string][] = [];
  const left: [string, string][] = [];
  const takenBack: unknown[] = [];
  const contacts: Contacts = createContacts({
    models: base.models,
    settings,
    names,
    mergeRuns: async (younger, older) => void merged.push([younger, older]),
    leave: async (contact, reason) => void left.push([contact, reason]),
    takeBack: async (...asked) => void takenBack.push(asked),
    record: (event) => events.record(event),
  });
  const events: Events = createEvents(base, {
    contacts,
    members: { refresh: async (ids) => void refreshed.push(ids), absorb: async () => undefined },
    react: async (event) => {
      reacted.push(event);
      await react(event);
    },
  });
  return {
    base,
    models: base.models,
    connection,
    uri,
    settings,
    names,
    contacts,
    events,
    reacted,
    refreshed,
    merged,
    left,
    takenBack,
    async close() {
      await events.stop();
      await close();
    },
  };
}

/** A stored event of a contact: an order of ten dollars, imported long ago, unless told otherwise. */
export function storedEvent(contact: string, given: Partial<Event> = {}): Event {
  return {
    _id: nanoid(),
    kind: 'track',
    name: 'Order Completed',
    contact,
    at: new Date('2026-01-01T00:00:00Z'),
    receivedAt: new Date(),
    properties: {},
    value: { minor: 1_000, currency: 'USD' },
    history: true,
    source: 'import',
    dispatch: 'done',
    attempts: 0,
    reason: null,
    ...given,
  };
}
