import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnsubscribe } from '#engine/deliveries/unsubscribe.ts';
import type { Drawing } from '#shared/journey.ts';
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
const order = { event: 'Order Completed', where: [] };
const withinADay = { ...order, within: { amount: 1, unit: 'day' } } as const;
const value = { minor: 9_900, currency: 'EUR' };

/** A mail, a wait, and another mail. */
function twoMails(settings: Partial<Drawing> = {}, seconds = 3): Drawing {
  return draw(
    [
      step('first', 'message', { message: says('First') }),
      step('pause', 'wait', { until: after(seconds) }),
      step('second', 'message', { message: says('Second') }),
      step('end', 'exit'),
    ],
    ['first -> pause', 'pause -> second', 'second -> end'],
    settings,
  );
}

async function enters(settings: Partial<Drawing> = {}, seconds = 3) {
  const contact = await engine.contact();
  const journey = await engine.publish(twoMails(settings, seconds));
  const id = await travellers.entered(journey, contact);
  await travellers.waits(id);
  return { contact, journey, id };
}

it('a contact who unsubscribes during a wait exits and gets no further mail', async () => {
  const { contact, id } = await enters();
  const unsubscribe = createUnsubscribe({
    base: engine.base,
    record: (event) => engine.events.record(event),
    withdraw: (said) => engine.contacts.setConsent(said),
  });
  await unsubscribe(`${id}|first`);
  await travellers.until(id, { state: 'exited', ending: { kind: 'exited', reason: 'unsubscribed' }, group: null });
  await pause(5_000);
  expect(await travellers.mailsTo(contact)).toEqual(['First']);
});

it('whoever unsubscribed when the server was killed in the middle of it leaves all the same, with one event', async () => {
  const { contact, id } = await enters();
  const killed = createUnsubscribe({
    base: engine.base,
    record: (event) => engine.events.record(event),
    withdraw: () => Promise.reject(new Error('killed')),
  });
  await expect(killed(`${id}|first`)).rejects.toThrow('killed');
  await travellers.until(id, { state: 'exited', ending: { kind: 'exited', reason: 'unsubscribed' } });
  const found = await engine.models.contacts.findById(contact).lean();
  expect(found?.consent.email).toMatchObject({ state: 'withdrawn', source: 'unsubscribe link' });
  expect(await engine.models.suppressions.countDocuments({ contact, reason: 'unsubscribed' })).toBe(1);
  await engine.events.idle();
  expect(await engine.models.events.countDocuments({ contact, name: 'Unsubscribed' })).toBe(1);
});

describe('the goal', () => {
  it('ends the run where the journey says so', async () => {
    const { contact, id } = await enters({ goal: { ...withinADay, whenReached: 'leave' } });
    await engine.happen(contact, 'Order Completed', {}, value);
    await travellers.until(id, { state: 'exited', ending: { reason: 'goal' }, goal: value });
    expect(await travellers.mailsTo(contact)).toEqual(['First']);
  });

  it('is noted, once, for who stays', async () => {
    const { contact, id } = await enters({ goal: { ...withinADay, whenReached: 'stay' } });
    await engine.happen(contact, 'Order Completed', {}, value);
    await engine.happen(contact, 'Order Completed', {}, { minor: 1, currency: 'EUR' });
    await travellers.completes(id);
    expect(await travellers.row(id)).toMatchObject({ goal: value });
    await travellers.until(id, { state: 'completed' });
    expect(await travellers.mailsTo(contact)).toEqual(['First', 'Second']);
  });
});

it('an exit rule takes out whom its event meets, and nobody else', async () => {
  const exits = [
    { event: 'Subscription Ended', where: [{ path: 'plan', operator: 'equals', value: 'gold' } as const] },
  ];
  const { contact, journey, id } = await enters({ exits });
  const other = await travellers.entered(journey, await engine.contact());
  await engine.happen(contact, 'Subscription Ended', { plan: 'silver' });
  expect(await travellers.row(id)).toMatchObject({ state: 'active' });
  await engine.happen(contact, 'Subscription Ended', { plan: 'gold' });
  await travellers.until(id, { state: 'exited', ending: { reason: 'rule' } });
  await travellers.completes(other);
});

describe('what happened after the audience was read and before the first batch', () => {
  async function entersAfter(settings: Partial<Drawing>, name: string) {
    const contact = await engine.contact();
    const journey = await engine.publish(twoMails(settings));
    const countsFrom = new Date();
    await engine.happen(contact, name, {}, value);
    const plan = await engine.journeys.plans.get(`${journey}/v1`);
    const person = { contact, occasion: 'read', key: '', countsFrom, entryEvent: null };
    const [id = ''] = await engine.journeys.enter({ plan, people: [person], group: `${journey}/read`, queue: 'bulk' });
    return { contact, id };
  }

  it('counts as an exit, before any mail', async () => {
    const exits = [{ event: 'Moved Away', where: [] }];
    const { contact, id } = await entersAfter({ exits }, 'Moved Away');
    await travellers.until(id, { state: 'exited', ending: { reason: 'rule' } });
    expect(await travellers.mailsTo(contact)).toEqual([]);
  });

  it('counts as the goal reached', async () => {
    const goal = { ...withinADay, whenReached: 'leave' } as const;
    const { contact, id } = await entersAfter({ goal }, 'Order Completed');
    await travellers.until(id, { state: 'exited', ending: { reason: 'goal' }, goal: value });
    expect(await travellers.mailsTo(contact)).toEqual([]);
  });
});

it('a deleted contact is gone from every journey, and nothing is sent', async () => {
  const { contact, id } = await enters();
  const got = await travellers.mailsTo(contact);
  await engine.contacts.remove(contact);
  await pause(5_000);
  expect(got).toEqual(['First']);
  expect(engine.mails.filter(({ mail }) => mail.headers.some(({ value: key }) => key === `${id}|second`))).toEqual([]);
  expect(await engine.models.enrollments.countDocuments({ _id: id, state: 'active' })).toBe(0);
});
