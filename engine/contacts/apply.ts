import type { Consent, Contact, Source, Traits } from '#shared/contact.ts';
import { callNames, type Event, OWN_SOURCE, ownEvents } from '#shared/event.ts';
import { companyIn } from './companies.ts';
import { consentIn, emailOf, textOf, timeZoneOf } from './known-traits.ts';
import { searchTerms } from './search.ts';

/** What a live event may say about its contact, besides that it happened. */
export type Telling = Pick<Event, '_id' | 'kind' | 'name' | 'at' | 'properties' | 'context' | 'source'>;

/** The contact after what some events said of them, in the order of the events' own time. Repeatable. */
export function applyEvents(contact: Contact, events: readonly Telling[]): Partial<Contact> {
  const change: Pick<
    Contact,
    'profile' | 'companies' | 'email' | 'phone' | 'userId' | 'consent' | 'firstSource' | 'latestSource' | 'timeZone'
  > = { ...contact };
  for (const event of events.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    if (event.source === OWN_SOURCE) continue;
    if (event.kind === 'identify') {
      const traits = event.properties;
      change.profile = { ...change.profile, ...traits };
      change.email = emailOf(traits) ?? change.email;
      change.phone = textOf(traits['phone']) ?? change.phone;
      change.timeZone = timeZoneOf(contact, traits) ?? change.timeZone;
    }
    const company = companyIn(event);
    if (company !== null) {
      change.profile = { ...change.profile, company: event.properties };
      change.companies = [...new Set([...(change.companies ?? []), company])];
    }
    change.consent = { email: consentAfter(change.consent.email, event) };
    const source = sourceOf(event);
    if (source) {
      change.firstSource ??= source;
      if (!change.latestSource || change.latestSource.at <= source.at) change.latestSource = source;
    }
    change.timeZone ??= zoneIn(contact, event.context);
  }
  return { ...change, ...searchTerms({ ...change, userId: contact.userId }) };
}

/** Consent as traits or the consent events tell it. Traits repeat themselves, so they never overrule a withdrawal; an event of its own does. */
function consentAfter(known: Consent, event: Telling): Consent {
  const { at, source } = event;
  if (known.at && known.at > at) return known;
  if (event.kind === 'track' && event.name === ownEvents.consentGiven && known.state !== 'given') {
    return { state: 'given', at, source };
  }
  if (event.kind === 'track' && event.name === ownEvents.unsubscribed && known.state !== 'withdrawn') {
    return { state: 'withdrawn', at, source };
  }
  const said = event.kind === 'identify' ? consentIn(event.properties) : null;
  if (said === true && known.state === 'unknown') return { state: 'given', at, source };
  if (said === false && known.state !== 'withdrawn') return { state: 'withdrawn', at, source };
  return known;
}

/** Where an event came from by its campaign parameters, if it has any. */
function sourceOf({ at, context }: Pick<Event, 'at' | 'context'>): Source | null {
  const campaign = context?.['campaign'];
  if (typeof campaign !== 'object' || campaign === null) return null;
  const detail = Object.fromEntries(
    Object.entries(campaign).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === null ? [] : [[name, text.slice(0, 500)]];
    }),
  );
  const name = detail['source'] ?? detail['name'];
  return name === undefined ? null : { name, detail, at };
}

function zoneIn(contact: Contact, context: Traits | undefined): string | null {
  return context ? timeZoneOf(contact, { timezone: context['timezone'] }) : null;
}

/** Whether an event has to be applied to its contact, beyond being counted. */
export function tellsSomething({ kind, name, context, source }: Telling): boolean {
  if (source === OWN_SOURCE) return false;
  if (kind === 'identify' || kind === 'group') return true;
  if (name === ownEvents.consentGiven || name === ownEvents.unsubscribed) return true;
  return context?.['campaign'] !== undefined || context?.['timezone'] !== undefined;
}

/** Names under which events that change a profile are kept, to read later ones of the same kind beside a repeated one. */
export const tellingNames: readonly string[] = [callNames.identify, callNames.group];
