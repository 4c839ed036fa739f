import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drawing } from '#shared/journey.ts';
import { createLeaving } from '#engine/journeys/leave.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { eventRow } from '../support/people-rows.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

/** Someone who waits after a mail, and an event of theirs that takes them out; it is carried on here by hand. */
async function leaver(settings: Partial<Drawing>) {
  const until = { kind: 'after', duration: { amount: 1, unit: 'hour' } } as const;
  const journey = await engine.publish(
    draw(
      [step('first', 'message', { message: says('First') }), step('pause', 'wait', { until }), step('end', 'exit')],
      ['first -> pause', 'pause -> end'],
      settings,
    ),
  );
  const contact = await engine.contact();
  const id = await travellers.entered(journey, contact);
  await travellers.waits(id);
  const seen = { name: 'Bought', at: new Date(), properties: {}, value: null };
  const event = { ...eventRow(contact, 0, seen), history: false };
  return { id, event, plan: await engine.journeys.plans.get(`${journey}/v1`) };
}

it('an exit cut off before it took back the mail takes it back when its event is carried on again', async () => {
  const { id, event, plan } = await leaver({ exits: [{ event: 'Bought', where: [] }] });
  // As if a batch had claimed it and not sent it yet.
  await engine.models.deliveries.updateOne({ _id: `${id}|first` }, { $set: { state: 'claimed' } });
  const killed = createLeaving(engine.base, engine.journeys.plans, {
    takeBack: () => Promise.reject(new Error('killed')),
  });
  await expect(killed.judge(plan, await travellers.row(id), event)).rejects.toThrow('killed');
  expect(await travellers.row(id)).toMatchObject({ state: 'exited' });

  await engine.journeys.leaving.judge(plan, await travellers.row(id), event);
  expect(await engine.models.deliveries.findById(`${id}|first`).lean()).toMatchObject({
    state: 'skipped',
    reason: 'left',
  });
});

it('a goal cut off before its exit takes the person out when its event is carried on again', async () => {
  const within = { amount: 1, unit: 'day' } as const;
  const { id, event, plan } = await leaver({ goal: { event: 'Bought', where: [], within, whenReached: 'leave' } });
  const goal = { at: event.at, minor: 0, currency: '', event: event._id };
  await engine.models.enrollments.updateOne({ _id: id }, { $set: { goal } });
  await engine.journeys.leaving.judge(plan, await travellers.row(id), event);
  expect(await travellers.row(id)).toMatchObject({ state: 'exited', ending: { reason: 'goal' }, goal });
});
