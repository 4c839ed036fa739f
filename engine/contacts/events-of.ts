import type { Event } from '#shared/event.ts';
import type { Models } from '../models/index.ts';

/** All events of these contacts, oldest first, by contact. */
export async function eventsOf({ events }: Pick<Models, 'events'>, contacts: string[]): Promise<Map<string, Event[]>> {
  const found = await events
    .find({ contact: { $in: contacts } })
    .sort({ contact: 1, at: 1 })
    .lean<Event[]>();
  return Map.groupBy(found, ({ contact }) => contact);
}
