import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Contact } from '#shared/contact.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

/** What is to become of some contacts; a contact left out stays as it is. */
export type Changes = Map<string, Partial<Contact>>;

/** How often a change is tried again that others were faster at; beyond this something is wrong. */
const MOST_ATTEMPTS = 200;
const MOST_PAUSE_MS = 20;

/**
 * Changes contacts by compare-and-set on their revision, in one read and one write for all of them. `change` is asked
 * again for those whom somebody else changed meanwhile, so it must come to the same end when repeated.
 */
export async function changeContacts(
  models: Pick<Models, 'contacts'>,
  ids: readonly string[],
  change: (contacts: Contact[]) => Promise<Changes> | Changes,
): Promise<void> {
  let left = [...new Set(ids)];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === MOST_ATTEMPTS) throw new Error('Contacts are changed by others faster than they can be written.');
    if (attempt > 0) await pause(Math.random() * MOST_PAUSE_MS);
    const contacts = await nativeOf(models.contacts)
      .find({ _id: { $in: left } })
      .project<Contact>({})
      .toArray();
    const changes = await change(contacts);
    const writes = contacts.flatMap((contact) => {
      const fields = differing(contact, changes.get(contact._id) ?? {});
      return fields === null ? [] : [writeOf(contact, fields)];
    });
    if (writes.length === 0) return;
    const { matchedCount } = await nativeOf(models.contacts).bulkWrite(writes, { ordered: false });
    if (matchedCount === writes.length) return;
    left = writes.map(({ updateOne }) => updateOne.filter._id);
  }
}

function writeOf({ _id, revision }: Contact, fields: Partial<Contact>) {
  const $set = { ...fields, revision: revision + 1, updatedAt: new Date() };
  return { updateOne: { filter: { _id, revision }, update: { $set } } };
}

/** The fields that would really change, or null. */
function differing(contact: Contact, change: Partial<Contact>): Partial<Contact> | null {
  const current = new Map<string, unknown>(Object.entries(contact));
  const fields = Object.entries(change).filter(([name, value]) => !isDeepStrictEqual(current.get(name), value));
  return fields.length === 0 ? null : Object.fromEntries(fields);
}
