import type { Contact, Source } from '#shared/contact.ts';
import type { ContactSeed } from './fresh.ts';
import { emailOf, textOf, timeZoneOf } from './known-traits.ts';
import { searchTerms } from './search.ts';

/** The contact with what is newly known: traits over older ones, tags added, the latest source, consent where nothing was said yet. */
export function withSeed(contact: Contact, { profile = {}, tags = [], source = null, consent }: ContactSeed): Contact {
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
