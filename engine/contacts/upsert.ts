import { isDeepStrictEqual } from 'node:util';
import type { Contact, Source } from '#shared/contact.ts';
import type { Event } from '#shared/event.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import type { Settings } from '../settings.ts';
import { bringIn } from './bring-in.ts';
import { changeContacts } from './change.ts';
import { consentHistory } from './consent-history.ts';
import type { ContactSeed } from './fresh.ts';
import type { Resolver, Sought } from './resolve.ts';
import { withSeed } from './with-seed.ts';

export type Upserted = {
  contact: string;
  clock: string;
  outcome: 'created' | 'updated' | 'unchanged';
  /** What brought the contact first, if anything had before this. */
  firstSource: Source | null;
  /** Whether summaries, stage and value are reckoned already, as of someone brought in here with nothing but a consent. */
  projected: boolean;
};

type UpsertDeps = { models: Pick<Models, 'contacts' | 'events' | 'identities'>; settings: Settings } & Resolver;

/**
 * Finds or makes a page of people and writes what is newly known: traits over older ones, tags added, the latest
 * source, consent where nothing was said yet (with its event, as history). The same page again changes nothing.
 */
export async function upsertAll(deps: UpsertDeps, sought: readonly Sought[]): Promise<Upserted[]> {
  const brought = await bringIn(deps, sought);
  const others = sought.filter((_, index) => !brought.has(index));
  const found = (await upsertKnown(deps, others)).values();
  const answers = sought.map((_, index): Upserted | undefined => {
    const contact = brought.get(index);
    if (!contact) return found.next().value;
    const { _id, clock, firstSource } = contact;
    return { contact: _id, clock: clock ?? '', outcome: 'created', firstSource, projected: true };
  });
  return answers.filter((answer) => answer !== undefined);
}

/** The same for those who may be known already, or whom others bring in at the same time. */
async function upsertKnown({ models, resolveAll }: UpsertDeps, sought: readonly Sought[]): Promise<Upserted[]> {
  if (sought.length === 0) return [];
  const resolved = await resolveAll(sought);
  const seeds = new Map<string, ContactSeed[]>();
  resolved.forEach(({ contact }, index) => {
    const seed = sought[index]?.seed;
    if (seed) seeds.set(contact, [...(seeds.get(contact) ?? []), seed]);
  });
  const updated = new Set<string>();
  const firstSources = new Map<string, Source | null>();
  const consents = new Map<string, Event>();
  await changeContacts(models, [...seeds.keys()], (contacts) => {
    return new Map(
      contacts.map((contact) => {
        firstSources.set(contact._id, contact.firstSource);
        const change = (seeds.get(contact._id) ?? []).reduce(withSeed, contact);
        if (!isDeepStrictEqual(known(change), known(contact))) updated.add(contact._id);
        const event = consentHistory(change);
        if (event) consents.set(contact._id, event);
        return [contact._id, change];
      }),
    );
  });
  await insertNew(models.events, [...consents.values()]);
  const outcomeOf = ({ contact, created }: (typeof resolved)[number]) =>
    created ? 'created' : updated.has(contact) ? 'updated' : 'unchanged';
  return resolved.map((one) => ({
    contact: one.contact,
    clock: one.clock,
    outcome: outcomeOf(one),
    firstSource: firstSources.get(one.contact) ?? null,
    projected: false,
  }));
}

/** What counts as a change to someone: not that the same source brought them once more. */
function known({ latestSource, ...rest }: Contact): unknown {
  return { ...rest, latestSource: latestSource?.name };
}
