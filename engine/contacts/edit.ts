import type { Contact, Traits } from '#shared/contact.ts';
import { identityKey, type IdentityKind } from '#shared/identity.ts';
import { ApiProblem } from '../api/problem.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { changeContacts } from './change.ts';
import { timeZoneOf } from './known-traits.ts';
import { identityRow } from './newcomers.ts';
import { searchTerms } from './search.ts';

/** What somebody changes of a contact by hand; null takes an address or a trait away. */
export type ContactEdit = {
  email?: string | null | undefined;
  phone?: string | null | undefined;
  profile?: Traits | undefined;
  tags?: string[] | undefined;
};

/**
 * Changes a contact by hand.
 * @throws ApiProblem 409 where an address is another contact's.
 */
export async function editContact(models: Models, contact: Contact, edit: ContactEdit): Promise<void> {
  for (const kind of ['email', 'phone'] as const) await moveAddress(models, contact, kind, edit[kind]);
  await changeContacts(models, [contact._id], (rows) => new Map(rows.map((row) => [row._id, edited(row, edit)])));
}

function edited(contact: Contact, { email, phone, profile = {}, tags = contact.tags }: ContactEdit): Partial<Contact> {
  const traits = Object.entries({ ...contact.profile, ...profile }).filter(([, value]) => value !== null);
  const shown = {
    profile: Object.fromEntries(traits),
    email: email === undefined ? contact.email : (email?.trim().toLowerCase() ?? null),
    phone: phone === undefined ? contact.phone : (phone?.trim() ?? null),
  };
  return {
    ...shown,
    ...searchTerms({ ...shown, userId: contact.userId }),
    tags: [...new Set(tags)],
    timeZone: timeZoneOf(contact, shown.profile),
  };
}

/** The new address goes in first, and its key decides whether it is free; then the old one goes. */
async function moveAddress(
  models: Models,
  contact: Contact,
  kind: 'email' | 'phone',
  value: string | null | undefined,
): Promise<void> {
  const old = contact[kind];
  if (value === undefined || value === old) return;
  if (value !== null && value.trim() !== '') await claimAddress(models, contact._id, kind, value);
  const isSame = old !== null && value !== null && identityKey(kind, old) === identityKey(kind, value);
  if (old !== null && !isSame) {
    await nativeOf(models.identities).deleteOne({ _id: identityKey(kind, old), contact: contact._id });
  }
}

/** @throws ApiProblem 409 naming the field */
async function claimAddress(models: Models, contact: string, kind: IdentityKind, value: string): Promise<void> {
  const key = identityKey(kind, value);
  await insertNew(models.identities, [identityRow(key, { kind, value }, contact)]);
  const owner = await models.identities.findById(key).lean<{ contact: string }>();
  if (owner?.contact === contact) return;
  throw new ApiProblem(409, 'Another contact is known by this already.', [
    { path: kind, message: 'belongs to another contact; open that one, or give another' },
  ]);
}
