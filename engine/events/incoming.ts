import type { Event, EventKind } from '#shared/event.ts';
import type { IdentityRef } from '#shared/identity.ts';
import type { Traits } from '#shared/contact.ts';
import type { Money } from '#shared/money.ts';

/** A live event as the edge has checked it; `at` and `receivedAt` are real instants. */
export type IncomingEvent = {
  id: string;
  kind: EventKind;
  name: string;
  identities: readonly IdentityRef[];
  at: Date;
  receivedAt: Date;
  properties: Traits;
  context: Traits;
  value: Money | null;
  source: string;
  /** How much of memory it holds until it is dispatched. */
  bytes: number;
};

/** An event is durable either way; `repeated`: its id was known already, and nothing of it is new. */
export type AcceptResult = { id: string; outcome: 'accepted' | 'repeated' };

/** The row of an event that has just come in, or that the product made. */
export function pendingEvent(
  event: Pick<Event, '_id' | 'kind' | 'name' | 'contact' | 'at' | 'receivedAt' | 'properties' | 'value' | 'source'>,
  context: Traits = {},
): Event {
  const row: Event = { ...event, history: false, dispatch: 'pending', attempts: 0, reason: null };
  return Object.keys(context).length > 0 ? { ...row, context } : row;
}
