import type { Consent } from '#shared/contact.ts';
import { type Event, OWN_SOURCE } from '#shared/event.ts';
import { consentEvent } from './consent.ts';

/** The event of a consent that came with the contact; only what was agreed to is an event of theirs. */
export function consentHistory({
  _id,
  consent: { email },
}: {
  _id: string;
  consent: { email: Consent };
}): Event | null {
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
