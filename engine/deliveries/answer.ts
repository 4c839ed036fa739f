import type { Delivery } from '#shared/delivery.ts';
import type { Event } from '#shared/event.ts';
import { matchesEvent } from '#shared/evaluate.ts';
import { groupCommit } from '../group-commit.ts';
import type { Models } from '../models/index.ts';
import { nativeOf, type UpdateStatement, updateRows } from '../models/native.ts';

type Asking = Pick<Delivery, '_id' | 'contact' | 'ask' | 'sentAt'>;

/** Lets an event answer its contact's latest ask that it proves, once, with its value; also when the journey is long over. */
export function createAnswerAsks({ deliveries }: Pick<Models, 'deliveries'>): (event: Event) => Promise<void> {
  const asksOf = asksReader({ deliveries });
  const write = groupCommit(async (answers: UpdateStatement<Delivery>[]) => {
    await updateRows(deliveries, answers);
    return answers;
  });
  return async (event) => {
    if (event.history) return;
    const latest = (await asksOf(event)).find(({ ask, sentAt }) => {
      if (!ask || event.at > ask.until) return false;
      return (sentAt === null || sentAt <= event.at) && matchesEvent(ask.proof, event);
    });
    if (!latest?.ask || latest.ask.answeredAt !== null) return;
    await write({
      q: { _id: latest._id, 'ask.answeredAt': null },
      u: {
        $set: {
          ask: {
            ...latest.ask,
            answeredAt: event.at,
            answeredBy: event._id,
            minor: event.value?.minor ?? 0,
            currency: event.value?.currency ?? null,
          },
          updatedAt: new Date(),
        },
      },
    });
  };
}

/** What a contact was asked to do that an event of this name proves, latest first; events that come together are one reading. */
function asksReader({ deliveries }: Pick<Models, 'deliveries'>): (event: Event) => Promise<Asking[]> {
  return groupCommit(async (events: Event[]) => {
    const rows = await nativeOf(deliveries)
      .find({
        contact: { $in: [...new Set(events.map(({ contact }) => contact))] },
        // A mail under way may be read, and answered, before its own result is written.
        state: { $in: ['sent', 'unknown', 'data_started'] },
        'ask.proof.event': { $in: [...new Set(events.map(({ name }) => name))] },
        'ask.until': { $gte: new Date(Math.min(...events.map(({ at }) => at.getTime()))) },
      })
      .project<Asking>({ contact: 1, ask: 1, sentAt: 1 })
      .toArray();
    rows.sort((a, b) => (b.sentAt?.getTime() ?? 0) - (a.sentAt?.getTime() ?? 0));
    const own = Map.groupBy(rows, ({ contact }) => contact);
    return events.map(({ contact }) => own.get(contact) ?? []);
  });
}
