import type { Contact } from '#shared/contact.ts';
import { type Event, OWN_SOURCE, ownEvents } from '#shared/event.ts';
import type { Deliveries } from '../deliveries.ts';
import { completeUnsubscribe } from '../deliveries/unsubscribe.ts';
import type { OwnEvent } from '../events/own-event.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { changeContacts } from './change.ts';
import { consentIn } from './known-traits.ts';

/** What somebody said about being mailed: where, and when on the contact's clock. */
export type ConsentSaid = { contact: string; state: 'given' | 'withdrawn'; source: string; at: Date };

/** What a no has to reach besides the contact. */
export type ConsentDeps = {
  models: Models;
  record(event: OwnEvent): Promise<void>;
  takeBack: Deliveries['takeBack'];
  leave(contact: string, reason: 'unsubscribed' | 'deleted'): Promise<void>;
};

/**
 * Writes what a person said, lets it take effect, and records it as an event; saying the same again changes nothing.
 * Whoever says yes by themselves after a no is mailed again; complaints and bounces stay.
 */
export async function setConsent(deps: ConsentDeps, { contact, state, source, at }: ConsentSaid): Promise<void> {
  await changeContacts(deps.models, [contact], (rows) => {
    const changed = rows.filter(({ consent }) => consent.email.state !== state);
    return new Map(changed.map(({ _id }) => [_id, { consent: { email: { state, source, at } } }]));
  });
  await takeEffect(deps, contact);
}

/** Lets consent take effect that live events have told; only what one of them said last is theirs, but for a no by a mail's link. */
export async function followConsent(deps: ConsentDeps, events: readonly Telling[]): Promise<void> {
  for (const { contact, at, properties, name, source } of events) {
    const { delivery } = properties;
    if (source !== OWN_SOURCE || name !== ownEvents.unsubscribed || typeof delivery !== 'string') continue;
    const withdraw = (said: ConsentSaid) => setConsent(deps, said);
    await completeUnsubscribe({ models: deps.models, withdraw }, { contact, at, delivery });
  }
  const telling = events.filter((event) => event.source !== OWN_SOURCE && tellsConsent(event));
  const times = new Map(telling.map(({ contact, at }) => [`${contact}:${at.getTime()}`, contact]));
  const contacts = await nativeOf(deps.models.contacts)
    .find({ _id: { $in: [...new Set(times.values())] } })
    .project<Pick<Contact, '_id' | 'consent'>>({ consent: 1 })
    .toArray();
  for (const { _id, consent } of contacts) {
    if (times.has(`${_id}:${consent.email.at?.getTime()}`)) await takeEffect(deps, _id);
  }
}

type Telling = Pick<Event, 'contact' | 'kind' | 'name' | 'at' | 'properties' | 'source'>;

function tellsConsent({ kind, name, properties }: Telling): boolean {
  if (kind === 'identify') return consentIn(properties) !== null;
  return name === ownEvents.consentGiven || name === ownEvents.unsubscribed;
}

async function takeEffect(deps: ConsentDeps, contact: string): Promise<void> {
  const row = await deps.models.contacts.findById(contact, { consent: 1 }).lean<Pick<Contact, 'consent'>>();
  const said = row?.consent.email;
  if (!said?.at || said.state === 'unknown') return;
  if (said.state === 'given') await liftSuppressions(deps.models, contact);
  else await deps.takeBack({ contact }, 'suppressed', 'unsubscribed');
  const { id, ...event } = consentEvent(contact, said.state, { at: said.at, source: said.source });
  // An event from outside that said so in these words is itself the event.
  const told = await nativeOf(deps.models.events).findOne({ contact, name: event.name, at: said.at });
  if (!told) await deps.record({ id, ...event });
  if (said.state === 'withdrawn') await deps.leave(contact, 'unsubscribed');
}

/** The event that a consent is known by; its id is that of the consent, so that a repeat is the same event. */
export function consentEvent(
  contact: string,
  state: 'given' | 'withdrawn',
  { at, source }: { at: Date; source: string },
): OwnEvent {
  return {
    id: `consent:${contact}:${state}:${at.getTime()}`,
    name: state === 'given' ? ownEvents.consentGiven : ownEvents.unsubscribed,
    contact,
    at,
    properties: { channel: 'email', source },
  };
}

/** A new yes lifts the no that the person (or their deletion) left behind. */
async function liftSuppressions(models: Pick<Models, 'identities' | 'suppressions'>, contact: string): Promise<void> {
  const emails = await nativeOf(models.identities)
    .find({ contact, kind: 'email' })
    .project<{ value: string }>({ value: 1 })
    .toArray();
  const ids = emails.map(({ value }) => `email:${value.trim().toLowerCase()}`);
  await nativeOf(models.suppressions).deleteMany({ _id: { $in: ids }, reason: { $in: ['unsubscribed', 'deleted'] } });
}
