import type { Models } from '../models/index.ts';

/** Someone as they were read: every change of a contact raises its revision. */
export type AsRead = { contact: string; revision: number };

/** Who has changed, or gone, since they were read: what was judged of them may hold no more. */
export async function changedSince(
  { contacts }: Pick<Models, 'contacts'>,
  people: readonly AsRead[],
): Promise<string[]> {
  if (people.length === 0) return [];
  const rows = await contacts.collection
    .find({ _id: { $in: people.map(({ contact }) => contact) }, clock: { $ne: null } } as object)
    .project<{ _id: string; revision: number }>({ revision: 1 })
    .toArray();
  const revisions = new Map(rows.map(({ _id, revision }) => [_id, revision]));
  return people.filter(({ contact, revision }) => revisions.get(contact) !== revision).map(({ contact }) => contact);
}
