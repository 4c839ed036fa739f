import type { Contact } from '#shared/contact.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';

/** Someone as they were read: every change of a contact raises its revision. */
export type AsRead = { contact: string; revision: number };

/** Who has changed, or gone, since they were read: what was judged of them may hold no more. */
export async function changedSince(
  { contacts }: Pick<Models, 'contacts'>,
  people: readonly AsRead[],
): Promise<string[]> {
  if (people.length === 0) return [];
  const ids = people.map(({ contact }) => contact);
  const rows = await readByIds<Contact, Pick<Contact, '_id' | 'revision'>>(contacts, ids, {
    only: { clock: { $ne: null } },
    fields: { revision: 1 },
  });
  const revisions = new Map(rows.map(({ _id, revision }) => [_id, revision]));
  return people.filter(({ contact, revision }) => revisions.get(contact) !== revision).map(({ contact }) => contact);
}
