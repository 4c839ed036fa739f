import type { Contact } from '#shared/contact.ts';
import type { IdentityRef } from '#shared/identity.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { Settings } from '../settings.ts';
import { consentHistory } from './consent-history.ts';
import { freshContact, newContactId } from './fresh.ts';
import { keysOf } from './keys-of.ts';
import { identityRow } from './newcomers.ts';
import type { Sought } from './resolve.ts';
import { Tally } from './summarise.ts';
import { withSeed } from './with-seed.ts';

type Deps = { models: Pick<Models, 'contacts' | 'events' | 'identities'>; settings: Settings };
type Stranger = { index: number; keys: Map<string, IdentityRef>; one: Sought };

/**
 * Brings in whom nobody knows yet, whole: identities, then the event of their consent, then the contact with all that
 * is reckoned from it. Answers the contacts made, by place; the others, who may be known or are named twice, are left
 * to be looked up. Whatever is cut off is finished by a repeat: the first identity holds the contact's id.
 */
export async function bringIn({ models, settings }: Deps, sought: readonly Sought[]): Promise<Map<number, Contact>> {
  const strangers = await strangersAmong(models, sought);
  const { stageRules } = await settings.get();
  const people = strangers.map(({ index, keys, one }) => {
    const id = newContactId();
    const fresh = withSeed(freshContact(id, [...keys.values()], one.seed), one.seed);
    const consent = consentHistory(fresh);
    const tally = new Tally(stageRules);
    if (consent) tally.add(consent);
    const identities = [...keys].map(([key, identity]) => identityRow(key, identity, id));
    return { index, identities, consent, contact: { ...fresh, ...tally.projection(fresh) } };
  });
  const claimed = new Set(
    await insertNew(
      models.identities,
      people.flatMap(({ identities }) => identities.slice(0, 1)),
    ),
  );
  const ours = people.filter(({ identities: [first] }) => first !== undefined && claimed.has(first));
  await insertNew(
    models.events,
    ours.flatMap(({ consent }) => consent ?? []),
  );
  const made = new Set(
    await insertNew(
      models.contacts,
      ours.map(({ contact }) => contact),
    ),
  );
  const others = ours.flatMap(({ identities }) => identities.slice(1));
  const joined = new Set(await insertNew(models.identities, others));
  // Where another took one of the identities meanwhile, the two have to be brought together first.
  const whole = ours.filter(
    ({ contact, identities }) => made.has(contact) && identities.slice(1).every((identity) => joined.has(identity)),
  );
  return new Map(whole.map(({ index, contact }) => [index, contact]));
}

/** Those of whose identities none is known, and none is named by another of the page. */
async function strangersAmong({ identities }: Deps['models'], sought: readonly Sought[]): Promise<Stranger[]> {
  const keyed = sought.map((one, index) => ({ index, one, keys: keysOf(one) }));
  const times = new Map<string, number>();
  for (const { keys } of keyed) for (const key of keys.keys()) times.set(key, (times.get(key) ?? 0) + 1);
  const known = await nativeOf(identities)
    .find({ _id: { $in: [...times.keys()] } })
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  const taken = new Set(known.map(({ _id }) => _id));
  return keyed.filter(({ keys }) => [...keys.keys()].every((key) => times.get(key) === 1 && !taken.has(key)));
}
