import type { Delivery } from '#shared/delivery.ts';

/** A delivery as it would be stored, with these fields on top. */
export function storedDelivery(change: Partial<Delivery> & Pick<Delivery, '_id'>): Delivery {
  const now = new Date();
  return {
    journey: null,
    plan: null,
    step: null,
    enrollment: null,
    contact: change._id,
    clock: 'real',
    channel: 'email',
    address: '',
    sender: null,
    state: 'claimed',
    token: '',
    flush: null,
    reason: null,
    response: null,
    attempts: 1,
    dueAt: null,
    claimedAt: now,
    refusedAt: null,
    turnAt: null,
    sentAt: null,
    updatedAt: now,
    ask: null,
    openedAt: null,
    clickedAt: null,
    unsubscribedAt: null,
    bouncedAt: null,
    complainedAt: null,
    resendOf: null,
    resentAs: null,
    actor: null,
    ...change,
  };
}
