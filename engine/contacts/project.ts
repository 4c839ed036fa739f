import type { Contact } from '#shared/contact.ts';
import { ownEvents, type Event } from '#shared/event.ts';
import type { EventNames } from '../events/names.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { Settings } from '../settings.ts';
import { applyEvents, type Telling, tellingNames, tellsSomething } from './apply.ts';
import { changeContacts } from './change.ts';
import { talliesOf } from './tallies.ts';

export type ProjectDeps = { models: Pick<Models, 'contacts' | 'events'>; settings: Settings; names: EventNames };

/**
 * Brings contacts up to date with their events: what `told` says of them, then summaries, stage and value, recomputed
 * from all their events. The events are read after the contacts, so a compare-and-set never writes what is stale.
 */
export async function project(
  { models, settings, names }: ProjectDeps,
  contactIds: readonly string[],
  told: readonly (Telling & Pick<Event, 'contact'>)[] = [],
): Promise<void> {
  const { stageRules } = await settings.get();
  const seen = new Set<string>();
  await changeContacts(models, contactIds, async (contacts) => {
    const ids = contacts.map(({ _id }) => _id);
    const [{ tallies, names: found }, telling] = await Promise.all([
      talliesOf(models, ids, stageRules),
      tellingOf(models, ids, told),
    ]);
    for (const name of found) seen.add(name);
    return new Map(
      contacts.map((contact): [string, Partial<Contact>] => {
        const events = telling.get(contact._id);
        const applied = events ? applyEvents(contact, events) : {};
        return [contact._id, { ...applied, ...tallies.get(contact._id)?.projection(contact) }];
      }),
    );
  });
  await names.note(seen);
}

/** What is told of each contact, with whatever later events of the kind said, so that a repeat never turns back time. */
async function tellingOf(
  models: Pick<Models, 'events'>,
  contactIds: readonly string[],
  told: readonly (Telling & Pick<Event, 'contact'>)[],
): Promise<Map<string, Telling[]>> {
  const own = new Set(contactIds);
  const events = new Map(
    told.filter((event) => own.has(event.contact) && tellsSomething(event)).map((event) => [event._id, event]),
  );
  const profiled = [...events.values()].filter(({ kind }) => kind === 'identify' || kind === 'group');
  if (profiled.length > 0) {
    const since = new Date(Math.min(...profiled.map(({ at }) => at.getTime())));
    const later = await nativeOf(models.events)
      .find({
        contact: { $in: [...new Set(profiled.map(({ contact }) => contact))] },
        name: { $in: [...tellingNames, ownEvents.consentGiven, ownEvents.unsubscribed] },
        at: { $gte: since },
        history: false,
      })
      .toArray();
    for (const event of later) events.set(event._id, event);
  }
  return Map.groupBy(events.values(), ({ contact }) => contact);
}
