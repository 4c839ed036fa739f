import type { Identity, IdentityRef } from '#shared/identity.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { type ContactSeed, freshContact, newContactId } from './fresh.ts';

type Newcomer = { keys: ReadonlyMap<string, IdentityRef>; seed: ContactSeed };

/**
 * Makes contacts of people whose identities nobody has. The surest identity goes in first and decides who made the
 * contact; then the contact, then the other identities. Whoever shares a key with another is left for the next look.
 * @returns the ids of those made here.
 */
export async function createNewcomers(
  models: Pick<Models, 'contacts' | 'identities'>,
  newcomers: readonly Newcomer[],
): Promise<string[]> {
  const taken = new Set<string>();
  const candidates = newcomers.flatMap(({ keys, seed }) => {
    if ([...keys.keys()].some((key) => taken.has(key))) return [];
    for (const key of keys.keys()) taken.add(key);
    const id = newContactId();
    const [first, ...others] = [...keys].map(([key, identity]) => identityRow(key, identity, id));
    return first ? [{ first, others, contact: freshContact(id, [...keys.values()], seed) }] : [];
  });
  const won = await insertNew(
    models.identities,
    candidates.map(({ first }) => first),
  );
  const ids = new Set(won.map(({ contact }) => contact));
  const winners = candidates.filter(({ contact }) => ids.has(contact._id));
  await insertNew(
    models.contacts,
    winners.map(({ contact }) => contact),
  );
  await insertNew(
    models.identities,
    winners.flatMap(({ others }) => others),
  );
  return [...ids];
}

/** An identity as stored, its value without spaces around it. */
export function identityRow(key: string, { kind, value }: IdentityRef, contact: string): Identity {
  return { _id: key, kind, value: value.trim(), contact };
}
