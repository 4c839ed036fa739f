import type { Chosen } from '#shared/api/deliveries.ts';
import { onClock } from '#shared/clock.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Base } from '../base.ts';
import { nativeOf } from '../models/native.ts';
import { chosenRows } from './chosen.ts';
import { durably } from '../models/durably.ts';

/** Decides by hand what became of mails that nobody knows of; answers how many it decided. */
export type Resolve = (chosen: Chosen, outcome: 'sent' | 'failed', actor: string) => Promise<number>;

const PAGE = 500;

type Unknown = Pick<Delivery, '_id' | 'clock' | 'sentAt' | 'updatedAt'>;

/** Writes the decision while the delivery is still unknown, with who made it. */
export function createResolve({ models, clocks }: Pick<Base, 'models' | 'clocks'>): Resolve {
  const rows = nativeOf(models.deliveries);
  return async (chosen, outcome, actor) => {
    for (let total = 0; ;) {
      const page = await rows
        .find(chosenRows(chosen, ['unknown']))
        .project<Unknown>({ clock: 1, sentAt: 1, updatedAt: 1 })
        .limit(PAGE)
        .toArray();
      if (page.length === 0) return total;
      const decided = { state: outcome, reason: 'byHand', actor, updatedAt: new Date() };
      const writes = page.map(async ({ _id, clock, sentAt, updatedAt }) => ({
        updateOne: {
          filter: { _id, state: 'unknown' as const },
          update: { $set: { ...decided, sentAt: sentAt ?? onClock(await clocks.get(clock), updatedAt) } },
        },
      }));
      const { modifiedCount } = await rows.bulkWrite(await Promise.all(writes), { ordered: false, ...durably });
      total += modifiedCount;
    }
  };
}
