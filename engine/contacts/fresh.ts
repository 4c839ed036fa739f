import { nanoid } from 'nanoid';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Consent, Contact, Source, Traits } from '#shared/contact.ts';
import { type IdentityRef, isEmailAddress } from '#shared/identity.ts';
import { emailOf, textOf } from './known-traits.ts';
import { searchTerms } from './search.ts';

/** What is known of a contact when they first come in. Instants are on the contact's clock. */
export type ContactSeed = {
  clock?: string;
  profile?: Traits;
  tags?: readonly string[];
  source?: Source | null;
  consent?: Consent;
};

const noConsent: Consent = { state: 'unknown', at: null, source: '' };

/** An id that sorts by when it was made, so that the newest contacts are one end of the index on `_id`. */
export function newContactId(): string {
  return `${Date.now().toString(36).padStart(9, '0')}${nanoid(10)}`;
}

/** The row of a contact seen for the first time. */
export function freshContact(id: string, identities: readonly IdentityRef[], seed: ContactSeed): Contact {
  const profile = seed.profile ?? {};
  const now = new Date();
  const contact: Contact = {
    _id: id,
    clock: seed.clock ?? REAL_CLOCK,
    mergedInto: null,
    email: emailOf(profile) ?? valueOf(identities, 'email'),
    phone: textOf(profile['phone']) ?? valueOf(identities, 'phone'),
    userId: valueOf(identities, 'userId'),
    name: '',
    search: [],
    profile,
    tags: [...new Set(seed.tags ?? [])],
    companies: [],
    consent: { email: seed.consent ?? noConsent },
    firstSource: seed.source ?? null,
    latestSource: seed.source ?? null,
    stage: 'awareness',
    stageDates: {},
    summaries: {},
    value: [],
    timeZone: null,
    revision: 0,
    createdAt: now,
    updatedAt: now,
  };
  return { ...contact, ...searchTerms(contact) };
}

function valueOf(identities: readonly IdentityRef[], kind: IdentityRef['kind']): string | null {
  const value = identities.find((identity) => identity.kind === kind)?.value.trim();
  if (value === undefined || value === '') return null;
  return kind === 'email' && isEmailAddress(value) ? value.toLowerCase() : value;
}
