import type { DeliveryState } from '#shared/delivery.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from '../models/durably.ts';

/** After a no was written: what no gate has passed yet is turned into a state that the gate refuses. */
export function createTakeBack({ deliveries }: Pick<Models, 'deliveries'>): Deliveries['takeBack'] {
  return async (whose, to, reason) => {
    const owner = 'enrollments' in whose ? { enrollment: { $in: whose.enrollments } } : whose;
    // What is only put off stays put off while a journey pauses; any other no is for good.
    const from: DeliveryState[] = to === 'deferred' ? ['claimed'] : ['claimed', 'deferred'];
    await nativeOf(deliveries).updateMany(
      { ...owner, state: { $in: from } },
      { $set: { state: to, reason, updatedAt: new Date() } },
      durably,
    );
  };
}
