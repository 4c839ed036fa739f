import type { Delivery } from '#shared/delivery.ts';
import { ownEvents } from '#shared/event.ts';
import type { Base } from '../base.ts';
import type { OwnEvent } from '../events/own-event.ts';
import { shortHash } from '../journeys/run-key.ts';
import { nativeOf } from '../models/native.ts';

export type TrackDeps = { base: Pick<Base, 'models' | 'clocks'>; record(event: OwnEvent): Promise<void> };

/** Notes that mails were opened and links followed: on the delivery once, and as events of the contact. */
export interface Track {
  opened(delivery: string): Promise<void>;
  /** A click proves an open. */
  clicked(delivery: string, link: string): Promise<void>;
}

type Seen = Pick<Delivery, '_id' | 'contact' | 'clock' | 'journey' | 'step' | 'openedAt'>;

/** Writes the first opening and click to the delivery, and records the events by `record`. */
export function createTrack({ base, record }: TrackDeps): Track {
  const { models, clocks } = base;

  async function seen(key: string): Promise<Seen | null> {
    const fields = { contact: 1, clock: 1, journey: 1, step: 1, openedAt: 1 };
    return models.deliveries.findById(key, fields).lean<Seen>();
  }

  async function mark(delivery: Seen, field: 'openedAt' | 'clickedAt', at: Date): Promise<void> {
    await nativeOf(models.deliveries).updateOne(
      { _id: delivery._id, [field]: null },
      { $set: { [field]: at, updatedAt: new Date() } },
    );
  }

  async function open(delivery: Seen, at: Date): Promise<void> {
    if (delivery.openedAt !== null) return;
    await record({
      ...eventOf(delivery, at),
      id: `opened:${delivery._id}`,
      name: ownEvents.messageOpened,
    });
    await mark(delivery, 'openedAt', at);
  }

  return {
    async opened(key) {
      const delivery = await seen(key);
      if (delivery) await open(delivery, await clocks.now(delivery.clock));
    },
    async clicked(key, link) {
      const delivery = await seen(key);
      if (!delivery) return;
      const at = await clocks.now(delivery.clock);
      await open(delivery, at);
      const hash = shortHash(link, 12);
      const { properties, ...event } = eventOf(delivery, at);
      await record({
        ...event,
        properties: { ...properties, link },
        id: `clicked:${delivery._id}:${hash}`,
        name: ownEvents.messageClicked,
      });
      await mark(delivery, 'clickedAt', at);
    },
  };
}

function eventOf({ _id, contact, journey, step }: Seen, at: Date) {
  return { contact, at, properties: { journey, step, delivery: _id } };
}
