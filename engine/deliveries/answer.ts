import type { Delivery } from '#shared/delivery.ts';
import type { Event } from '#shared/event.ts';
import { matchesEvent } from '#shared/evaluate.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from './durably.ts';

/** How far back asks are looked for; nobody is asked more often within one deadline. */
const MOST_ASKS = 50;

/** Lets an event answer its contact's latest ask that it proves, once, with its value; also when the journey is long over. */
export function createAnswerAsks({ deliveries }: Pick<Models, 'deliveries'>): (event: Event) => Promise<void> {
  return async (event) => {
    if (event.history) return;
    // A mail under way may be read, and answered, before its own result is written.
    const asking = await deliveries
      .find(
        {
          contact: event.contact,
          state: { $in: ['sent', 'unknown', 'data_started'] },
          'ask.proof.event': event.name,
        },
        { ask: 1, sentAt: 1, claimedAt: 1 },
      )
      .sort({ sentAt: -1 })
      .limit(MOST_ASKS)
      .lean<Pick<Delivery, '_id' | 'ask' | 'sentAt'>[]>();
    const latest = asking.find(({ ask, sentAt }) => {
      if (!ask || event.at > ask.until) return false;
      return (sentAt === null || sentAt <= event.at) && matchesEvent(ask.proof, event);
    });
    if (!latest?.ask || latest.ask.answeredAt !== null) return;
    await nativeOf(deliveries).updateOne(
      { _id: latest._id, 'ask.answeredAt': null },
      {
        $set: {
          'ask.answeredAt': event.at,
          'ask.answeredBy': event._id,
          'ask.minor': event.value?.minor ?? 0,
          'ask.currency': event.value?.currency ?? null,
          updatedAt: new Date(),
        },
      },
      durably,
    );
  };
}
