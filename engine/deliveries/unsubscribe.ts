import type { Delivery } from '#shared/delivery.ts';
import type { Base } from '../base.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from './durably.ts';
import { suppress } from './suppression.ts';

export type UnsubscribeDeps = {
  base: Pick<Base, 'models' | 'clocks'>;
  /** Writes that consent is withdrawn, takes back what is claimed, records it, and lets the contact leave their journeys. */
  withdraw(said: { contact: string; state: 'withdrawn'; source: string; at: Date }): Promise<void>;
};

/** Takes a no by the link of a mail; the address is kept from being written to before anything else is done. */
export function createUnsubscribe({ base, withdraw }: UnsubscribeDeps): (delivery: string) => Promise<void> {
  const { models, clocks } = base;
  return async (key) => {
    const delivery = await models.deliveries
      .findById(key, { contact: 1, address: 1, clock: 1, unsubscribedAt: 1 })
      .lean<Pick<Delivery, '_id' | 'contact' | 'address' | 'clock' | 'unsubscribedAt'>>();
    // Its contact was deleted with all that is known of them, and nothing is sent to them any more.
    if (!delivery) return;
    const { contact, address } = delivery;
    const at = delivery.unsubscribedAt ?? (await clocks.now(delivery.clock));
    if (address !== '') await suppress(models, { address, reason: 'unsubscribed', contact, at });
    await nativeOf(models.deliveries).updateOne(
      { _id: key, unsubscribedAt: null },
      { $set: { unsubscribedAt: at, updatedAt: new Date() } },
      durably,
    );
    await withdraw({ contact, state: 'withdrawn', source: 'unsubscribe link', at });
  };
}
