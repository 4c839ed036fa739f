import type { Delivery } from '#shared/delivery.ts';
import { type Event, ownEvents } from '#shared/event.ts';
import type { Base } from '../base.ts';
import type { OwnEvent } from '../events/own-event.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from '../models/durably.ts';
import { suppress } from './suppression.ts';

/** Writes that consent is withdrawn, takes back what is claimed, and lets the contact leave their journeys. */
type Withdraw = (said: { contact: string; state: 'withdrawn'; source: string; at: Date }) => Promise<void>;

export type UnsubscribeDeps = {
  base: Pick<Base, 'models' | 'clocks'>;
  record(event: OwnEvent): Promise<void>;
  withdraw: Withdraw;
};

const SOURCE = 'unsubscribe link';

/** Takes a no by the link of a mail. Its event comes first: whatever is cut off after it, the event's dispatch completes. */
export function createUnsubscribe({ base, record, withdraw }: UnsubscribeDeps): (delivery: string) => Promise<void> {
  const { models, clocks } = base;
  return async (key) => {
    const delivery = await models.deliveries
      .findById(key, { contact: 1, clock: 1 })
      .lean<Pick<Delivery, 'contact' | 'clock'>>();
    // Its contact was deleted with all that is known of them, and nothing is sent to them any more.
    if (!delivery) return;
    const { contact, clock } = delivery;
    const id = `unsubscribed:${key}`;
    const at = await clocks.now(clock);
    const properties = { channel: 'email', source: SOURCE, delivery: key };
    await record({ id, name: ownEvents.unsubscribed, contact, at, properties });
    // Said before, it counts from then.
    const first = await models.events.findById(id, { at: 1 }).lean<Pick<Event, 'at'>>();
    await completeUnsubscribe({ models, withdraw }, { contact, at: first?.at ?? at, delivery: key });
  };
}

/** Lets a no take effect: the address is kept from being written to before anything else is done. May be repeated. */
export async function completeUnsubscribe(
  { models, withdraw }: { models: Pick<Base['models'], 'deliveries' | 'suppressions'>; withdraw: Withdraw },
  { contact, at, delivery }: { contact: string; at: Date; delivery: string },
): Promise<void> {
  const row = await models.deliveries.findById(delivery, { address: 1 }).lean<Pick<Delivery, 'address'>>();
  const address = row?.address ?? '';
  if (address !== '') await suppress(models, { address, reason: 'unsubscribed', contact, at });
  await nativeOf(models.deliveries).updateOne(
    { _id: delivery, unsubscribedAt: null },
    { $set: { unsubscribedAt: at, updatedAt: new Date() } },
    durably,
  );
  await withdraw({ contact, state: 'withdrawn', source: SOURCE, at });
}
