import { onClock, REAL_CLOCK } from '#shared/clock.ts';
import type { Event } from '#shared/event.ts';
import type { Clocks } from '../clocks.ts';
import type { Contacts } from '../contacts/contacts.ts';
import { crashPoint } from '../crash-points.ts';
import type { Models } from '../models/index.ts';
import { insertNew } from '../models/insert-new.ts';
import { type AcceptResult, type IncomingEvent, pendingEvent } from './incoming.ts';

type AcceptDeps = {
  models: Pick<Models, 'events' | 'identities'>;
  clocks: Clocks;
  contacts: Pick<Contacts, 'resolveAll' | 'merge'>;
  /** Told of events as soon as they are durable. */
  stored(events: readonly Event[]): void;
};

/**
 * Makes a page of events durable: finds whose they are, puts their time on that contact's clock, inserts them by
 * their ids. Of equal ids one goes in, whoever else brings it.
 */
export async function acceptAll(deps: AcceptDeps, incoming: readonly IncomingEvent[]): Promise<AcceptResult[]> {
  const unique = [...new Map(incoming.map((event) => [event.id, event])).values()];
  const people = await deps.contacts.resolveAll(unique.map(({ identities }) => ({ identities, seed: {} })));
  const rows = await Promise.all(
    unique.map(async (event, index): Promise<Event> => {
      const { contact = '', clock = REAL_CLOCK } = people[index] ?? {};
      const { id, kind, name, receivedAt, properties, value, source } = event;
      const at = clock === REAL_CLOCK ? event.at : onClock(await deps.clocks.get(clock), event.at);
      const row = { _id: id, kind, name, contact, at, receivedAt, properties, value, source };
      return pendingEvent(row, event.context);
    }),
  );
  for (const event of unique) if (event.kind === 'alias') await mergeAliases(deps, event);
  const inserted = await insertNew(deps.models.events, rows);
  crashPoint('event-committed');
  deps.stored(inserted);
  const fresh = new Set(inserted.map(({ _id }) => _id));
  return incoming.map(({ id }) => ({ id, outcome: fresh.delete(id) ? 'accepted' : 'repeated' }));
}

/** An alias says that two are one, even where each is known by a name of their own. */
async function mergeAliases({ models, contacts }: AcceptDeps, { identities }: IncomingEvent): Promise<void> {
  const names = identities.map(({ value }) => value.trim().normalize('NFC').toLowerCase());
  const keys = names.flatMap((name) => [`userId:${name}`, `anonymousId:${name}`]);
  const found = await models.identities.find({ _id: { $in: keys } }).lean<{ contact: string }[]>();
  const [first, ...others] = new Set(found.map(({ contact }) => contact));
  for (const other of others) if (first !== undefined) await contacts.merge(first, other);
}
