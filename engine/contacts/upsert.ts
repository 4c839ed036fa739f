import { isDeepStrictEqual } from 'node:util';
import type { Consent, Contact, Source } from '#shared/contact.ts';
import { type Event, OWN_SOURCE } from '#shared/event.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { changeContacts } from './change.ts';
import { consentEvent } from './consent.ts';
import type { ContactSeed } from './fresh.ts';
import { emailOf, textOf, timeZoneOf } from './known-traits.ts';
import type { Resolver, Sought } from './resolve.ts';
import { searchTerms } from './search.ts';

export type Upserted = {
  contact: string;
  clock: string;
  outcome: 'created' | 'updated' | 'unchanged';
  /** What brought the contact first, if anything had before this. */
  firstSource: Source | null;
};

/**
 * Finds or makes a page of people and writes what is newly known: traits over older ones, tags added, the latest
 * source, consent where nothing was said yet (with its event, as history). The same page again changes nothing.
 */
export async function upsertAll(
  { models, resolveAll }: { models: Pick<Models, 'contacts' | 'events'> } & Resolver,
  sought: readonly Sought[],
): Promise<Upserted[]> {
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
  }));
}

/** What counts as a change to someone: not that the same source brought them once more. */
function known({ latestSource, ...rest }: Contact): unknown {
  return { ...rest, latestSource: latestSource?.name };
}

function withSeed(contact: Contact, { profile = {}, tags = [], source = null, consent }: ContactSeed): Contact {
  const merged = { ...contact.profile, ...profile };
  const shown = {
    profile: merged,
    email: contact.email ?? emailOf(profile),
    phone: contact.phone ?? textOf(profile['phone']),
    userId: contact.userId,
  };
  return {
    ...contact,
    ...shown,
    ...searchTerms(shown),
    tags: [...new Set([...contact.tags, ...tags])],
    firstSource: contact.firstSource ?? source,
    latestSource: latest(contact.latestSource, source),
    consent: { email: consent && contact.consent.email.state === 'unknown' ? consent : contact.consent.email },
    timeZone: timeZoneOf(contact, merged),
  };
}

function latest(known: Source | null, next: Source | null): Source | null {
  if (!next || known?.name === next.name) return known ?? next;
  return !known || known.at <= next.at ? next : known;
}

/** The event of a consent that came with the contact; only what was agreed to is an event of theirs. */
function consentHistory({ _id, consent: { email } }: { _id: string; consent: { email: Consent } }): Event | null {
  if (email.state !== 'given' || !email.at) return null;
  const { id, name, at, properties } = consentEvent(_id, 'given', { at: email.at, source: email.source });
  return {
    _id: id,
    kind: 'track',
    name,
    contact: _id,
    at,
    receivedAt: new Date(),
    properties,
    value: null,
    history: true,
    source: OWN_SOURCE,
    dispatch: 'done',
    attempts: 0,
    reason: null,
  };
}
