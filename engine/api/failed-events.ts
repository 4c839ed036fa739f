import type { FailedEvent } from '#shared/api/events.ts';
import type { Event } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { RejectedEvent } from '../models/event.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

/** The dead-letter list: events of which nothing came, each with its reason. */
export function failedEventHandlers({ models }: Pick<Base, 'models'>): Handlers<'listFailedEvents' | 'retryEvent'> {
  const { events, rejectedEvents } = models;
  const changes = createChanges(models);

  async function dead(limit: number, skip: number) {
    const filter = { dispatch: 'dead' as const };
    const found = await events.find(filter).sort({ receivedAt: -1 }).skip(skip).limit(limit).lean<Event[]>();
    return { rows: found.map(deadRow), total: await events.countDocuments(filter) };
  }

  async function rejected(limit: number, skip: number) {
    const sorted = rejectedEvents.find().sort({ receivedAt: -1 });
    const found = await sorted.skip(skip).limit(limit).lean<RejectedEvent[]>();
    return { rows: found.map(rejectedRow), total: await rejectedEvents.estimatedDocumentCount() };
  }

  return {
    listFailedEvents: async ({ query: { kind, limit, cursor } }) => {
      const skip = Math.max(0, Number.parseInt(cursor ?? '', 10) || 0);
      const { rows, total } = await (kind === 'dead' ? dead : rejected)(limit, skip);
      return { rows, total, cursor: rows.length === limit ? String(skip + limit) : null };
    },
    retryEvent: async ({ params: { id = '' }, actor }) => {
      const again = { dispatch: 'pending' as const, attempts: 0 };
      const { matchedCount } = await events.updateOne({ _id: id, dispatch: 'dead' }, { $set: again });
      if (matchedCount === 0) throw notFound('dead event');
      await changes.note(actor, 'retried', `event:${id}`);
    },
  };
}

function deadRow({ _id, name, contact, source, reason, attempts, receivedAt, properties }: Event): FailedEvent {
  const at = receivedAt.toISOString();
  return {
    id: _id,
    kind: 'dead',
    name,
    contact,
    source,
    reason: reason ?? '',
    attempts,
    receivedAt: at,
    body: properties,
  };
}

function rejectedRow({ _id, source, reason, receivedAt, body }: RejectedEvent): FailedEvent {
  const at = receivedAt.toISOString();
  return { id: _id, kind: 'rejected', name: null, contact: null, source, reason, attempts: 1, receivedAt: at, body };
}
