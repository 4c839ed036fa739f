import { compile } from '#shared/compile.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { silentBuyers } from '#shared/templates/silent-buyers.ts';
import { createJourney } from '#engine/journeys/create-journey.ts';
import type { Models } from '#engine/models/index.ts';

/** The worked example as if published, with nobody inside; answers the journey's id. */
export async function publishedExample(models: Models): Promise<string> {
  const drawing = silentBuyers('silent');
  const { _id } = await createJourney(models, { name: 'Example', drawing, actor: 'test', sample: false });
  const compiled = compile(
    { id: _id, version: 1, drawing },
    { segments: new Set(['silent']), senders: new Set(), pools: new Set() },
  );
  if (compiled.kind !== 'plan') throw new Error('The worked example has problems.');
  const { plan } = compiled;
  await models.plans.create({
    ...plan,
    publishedAt: new Date(),
    publishedBy: 'test',
    contents: {},
    drawing,
    audience: null,
  });
  await models.journeys.updateOne({ _id }, { $set: { plan: plan._id, version: 1, state: 'running' } });
  return _id;
}

/** A run of its own contact, waiting for its coupon unless said otherwise. */
export function runOf(journey: string, contact: string, fields: Partial<Enrollment> = {}): Enrollment {
  const now = new Date();
  return {
    _id: `${journey}:${contact}::1`,
    journey,
    plan: `${journey}/v1`,
    contact,
    clock: 'real',
    key: '',
    occasion: '1',
    slot: `${journey}:${contact}:`,
    state: 'active',
    node: 'coupon.redemption',
    since: now,
    due: now,
    until: now,
    awaits: ['Coupon Redeemed'],
    registered: true,
    group: 'g',
    batch: null,
    seq: 1,
    path: [{ node: 'coupon', edge: 'issued', at: now, batch: 'b' }],
    countsFrom: now,
    listensFrom: now,
    releasedBy: null,
    enteredAt: now,
    entryEvent: null,
    endedAt: null,
    ending: null,
    goal: null,
    ...fields,
  };
}

/** A mail of a run, sent unless said otherwise. */
export function mailOf(
  { _id, journey, plan, contact }: Enrollment,
  step: string,
  fields: Partial<Delivery> = {},
): Delivery {
  const now = new Date();
  return {
    _id: `${_id}|${step}`,
    journey,
    plan,
    step,
    enrollment: _id,
    contact,
    clock: 'real',
    channel: 'email',
    address: `${contact}@example.com`,
    sender: null,
    state: 'sent',
    token: 't',
    flush: null,
    reason: null,
    response: null,
    refusedAt: null,
    turnAt: null,
    attempts: 1,
    claimedAt: now,
    sentAt: now,
    updatedAt: now,
    ask: {
      proof: { event: 'Order Completed', where: [] },
      until: now,
      answeredAt: null,
      answeredBy: null,
      minor: 0,
      currency: null,
    },
    openedAt: null,
    clickedAt: null,
    unsubscribedAt: null,
    bouncedAt: null,
    complainedAt: null,
    resendOf: null,
    resentAs: null,
    dueAt: null,
    actor: null,
    ...fields,
  };
}
