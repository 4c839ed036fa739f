import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Duration } from '#shared/duration.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

const after = (amount: number) => ({ kind: 'after', duration: { amount, unit: 'second' } }) as const;

/** A wait, and then a mail that may be so late. */
function waitAndSay(seconds: number, subject: string, lateness: Duration = { amount: 24, unit: 'hour' }) {
  const message = { ...says(subject), lateness };
  return draw(
    [step('pause', 'wait', { until: after(seconds) }), step('mail', 'message', { message }), step('end', 'exit')],
    ['pause -> mail', 'mail -> end'],
  );
}

it('a group whose workflow was lost is brought on by the sweeper, and one that lives is left alone', async () => {
  const journey = await engine.publish(waitAndSay(60, 'After the loss'));
  const contact = await engine.contact();
  const id = await travellers.entered(journey, contact);
  await travellers.waits(id);
  const { group } = await travellers.row(id);
  await engine.client.workflow.getHandle(`group/${group}`).terminate('lost');
  await engine.journeys.sweeper.sweep();
  await pause(1_000);
  expect(await travellers.row(id), 'not overdue yet').toMatchObject({ node: 'pause', registered: true });

  // Eleven seconds overdue, as if nobody had come for them.
  const due = new Date(Date.now() - 11_000);
  await engine.models.enrollments.updateOne({ _id: id }, { $set: { due, until: due } });
  await Promise.all([engine.journeys.sweeper.sweep(), engine.journeys.sweeper.sweep()]);
  await travellers.completes(id);
  expect(await travellers.mailsTo(contact)).toEqual(['After the loss']);
});

it('a pause holds everyone, and a resume sends what is not too late', async () => {
  const patient = await engine.publish(waitAndSay(6, 'Still in time'));
  const strict = await engine.publish(waitAndSay(6, 'Too late', { amount: 1, unit: 'second' }));
  const contact = await engine.contact();
  const [first, second] = await Promise.all([patient, strict].map((journey) => travellers.entered(journey, contact)));
  if (first === undefined || second === undefined) throw new Error('nobody entered');
  await Promise.all([travellers.waits(first), travellers.waits(second)]);
  for (const journey of [patient, strict]) expect(await engine.journeys.states.pause(journey, 'test')).toBe(1);
  await pause(9_000);
  for (const id of [first, second]) expect(await travellers.row(id)).toMatchObject({ node: 'pause', state: 'active' });

  for (const journey of [patient, strict]) expect(await engine.journeys.states.resume(journey, 'test')).toBe(1);
  await Promise.all([travellers.completes(first), travellers.completes(second)]);
  expect(await travellers.mailsTo(contact)).toEqual(['Still in time']);
  expect(await engine.models.deliveries.findById(`${second}|mail`).lean()).toMatchObject({
    state: 'skipped',
    reason: 'late',
  });
});

it('a stop takes everyone out, sends nothing more and lets nobody in', async () => {
  const journey = await engine.publish(waitAndSay(6, 'Never sent'));
  const contacts = await Promise.all(Array.from({ length: 5 }, () => engine.contact()));
  const ids = await Promise.all(contacts.map((contact) => travellers.entered(journey, contact)));
  await Promise.all(ids.map((id) => travellers.waits(id)));
  expect(await engine.journeys.states.stop(journey, 'test')).toBe(5);
  await Promise.all(ids.map((id) => travellers.until(id, { state: 'exited', ending: { reason: 'stopped' } })));
  expect(await travellers.enter(journey, await engine.contact())).toBeNull();
  await pause(7_000);
  expect(engine.mails.filter(({ mail }) => mail.subject === 'Never sent')).toEqual([]);
});

it('a held journey that is published again stays held, and goes on when it is resumed', async () => {
  const journey = await engine.publish(waitAndSay(1, 'Held'));
  const contact = await engine.contact();
  const id = await travellers.entered(journey, contact);
  await travellers.waits(id);
  await engine.journeys.states.pause(journey, 'test');
  expect(await engine.journeys.publish(journey, 'test')).toMatchObject({ kind: 'published', plan: `${journey}/v2` });
  expect(await engine.models.journeys.findById(journey).lean()).toMatchObject({ state: 'paused', version: 2 });
  await pause(2_000);
  expect(await travellers.row(id)).toMatchObject({ node: 'pause', plan: `${journey}/v1` });
  await engine.journeys.states.resume(journey, 'test');
  await travellers.completes(id);
  expect(await travellers.mailsTo(contact)).toEqual(['Held']);
});
