import type { Contact } from '#shared/contact.ts';
import type { Identity, IdentityRef } from '#shared/identity.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { changeContacts } from './change.ts';
import { type ContactSeed, freshContact } from './fresh.ts';
import type { Merges } from './merge.ts';
import { createNewcomers, identityRow } from './newcomers.ts';
import { searchTerms } from './search.ts';

type Store = { models: Pick<Models, 'contacts' | 'identities'>; merges: Merges };
type Claimed = { keys: ReadonlyMap<string, IdentityRef>; seed: ContactSeed };

/** Brings one person's identities together, of which at least one is known; whoever calls looks again afterwards. */
export async function attach({ models, merges }: Store, { keys, seed }: Claimed): Promise<void> {
  const identities = await nativeOf(models.identities)
    .find({ _id: { $in: [...keys.keys()] } })
    .project<Identity>({})
    .toArray();
  const byKey = new Map(identities.map((identity) => [identity._id, identity]));
  const known = [...keys.keys()].flatMap((key) => byKey.get(key) ?? []);
  const [first] = known;
  if (!first) return;
  const contact = await nativeOf(models.contacts).findOne<Contact>({ _id: first.contact });
  // Identities go first when a contact is deleted, so one that is still there was never finished by whoever made it.
  if (!contact) return finish(models, first, { keys, seed });
  if (contact.mergedInto !== null) return merges.finish(contact._id);
  if (first.kind === 'anonymousId' && isSomebodyElse(contact, keys)) {
    const strong = new Map([...keys].filter(([, { kind }]) => kind !== 'anonymousId'));
    await createNewcomers(models, [{ keys: strong, seed }]);
    return;
  }
  await addIdentities(models, contact, new Map([...keys].filter(([key]) => !byKey.has(key))));
  for (const other of known) {
    if (other.contact !== contact._id) await join({ models, merges }, contact, other);
  }
}

/** A browser's anonymous id says little: someone who signs in there under another name is another person. */
function isSomebodyElse(contact: Contact, keys: ReadonlyMap<string, IdentityRef>): boolean {
  return [...keys.values()].some(({ kind, value }) => {
    if (kind === 'anonymousId') return false;
    const own = contact[kind];
    return own !== null && own.toLowerCase() !== value.trim().toLowerCase();
  });
}

async function join({ models, merges }: Store, contact: Contact, other: Identity): Promise<void> {
  const owner = await nativeOf(models.contacts).findOne<Contact>({ _id: other.contact });
  if (!owner) {
    await nativeOf(models.identities).deleteOne({ _id: other._id, contact: other.contact });
    return;
  }
  if (owner.mergedInto !== null) return merges.finish(owner._id);
  const isKnown = owner.userId !== null || owner.email !== null || owner.phone !== null;
  if (other.kind === 'anonymousId' && isKnown) {
    // The browser now belongs to whoever signed in last.
    const filter = { _id: other._id, contact: other.contact };
    await nativeOf(models.identities).updateOne(filter, { $set: { contact: contact._id } });
    return;
  }
  if (owner.clock === contact.clock) await merges.merge(contact._id, owner._id);
}

async function finish(models: Store['models'], identity: Identity, { keys, seed }: Claimed): Promise<void> {
  const still = await nativeOf(models.identities).findOne({ _id: identity._id, contact: identity.contact });
  if (still) await insertNew(models.contacts, [freshContact(identity.contact, [...keys.values()], seed)]);
}

/** Adds ways by which a contact is known, and shows them on the contact where it had none. */
async function addIdentities(
  models: Store['models'],
  { _id: id }: Pick<Contact, '_id'>,
  missing: ReadonlyMap<string, IdentityRef>,
): Promise<void> {
  const rows = [...missing].map(([key, identity]) => identityRow(key, identity, id));
  const added = await insertNew(models.identities, rows);
  const shown = added.filter(({ kind }) => kind !== 'anonymousId');
  if (shown.length === 0) return;
  const valueOf = (kind: Identity['kind']) => shown.find((row) => row.kind === kind)?.value ?? null;
  await changeContacts(models, [id], (contacts) => {
    return new Map(
      contacts.map((contact) => {
        const known = {
          profile: contact.profile,
          email: contact.email ?? valueOf('email')?.toLowerCase() ?? null,
          phone: contact.phone ?? valueOf('phone'),
          userId: contact.userId ?? valueOf('userId'),
        };
        return [contact._id, { ...known, ...searchTerms(known) }];
      }),
    );
  });
}
