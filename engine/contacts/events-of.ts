import type { SeenEvent } from '#shared/evaluate.ts';
import type { Models } from '../models/index.ts';

/** The events of some names, by contact. */
export async function eventsOf(
  models: Pick<Models, 'events'>,
  contacts: readonly string[],
  names: readonly string[],
): Promise<Map<string, SeenEvent[]>> {
  if (contacts.length === 0 || names.length === 0) return new Map();
  const rows = await models.events.collection
    .find({ contact: { $in: [...contacts] }, name: { $in: [...names] } }, { batchSize: 5_000 })
    .project<SeenEvent & { contact: string }>({ contact: 1, name: 1, at: 1, properties: 1, value: 1 })
    .toArray();
  return Map.groupBy(rows, ({ contact }) => contact);
}
