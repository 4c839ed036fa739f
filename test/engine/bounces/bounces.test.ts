import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBounces } from '#engine/bounces/bounces.ts';
import { createBounceServer, listenForBounces } from '#engine/bounces/bounce-server.ts';
import type { OwnEvent } from '#engine/events/own-event.ts';
import { createSettings } from '#engine/settings.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';
import { complaint, deliverRaw, notification } from '../../support/returned-mail.ts';

const talk = mailTalk();
const { send, rowOf } = talk;
let port: number;
let events: OwnEvent[];
let withdrawn: string[];
let close: () => Promise<void>;

beforeEach(async () => {
  const { base } = talk.world;
  events = [];
  withdrawn = [];
  await base.models.senders.updateOne({}, { $set: { bounceAddress: 'bounces@mail.shop.test' } });
  const bounces = createBounces({
    base,
    settings: createSettings(base.models),
    record: async (event) => void events.push(event),
    withdraw: async ({ contact, source }) => void withdrawn.push(`${contact} by ${source}`),
  });
  const server = createBounceServer(bounces, base.log);
  await listenForBounces(server, { BOUNCE_HOST: '127.0.0.1', BOUNCE_PORT: 0 });
  const address = server.server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  close = () => new Promise((resolve) => server.close(() => resolve()));
});
afterEach(() => close());

/** Sends somebody their mail, and answers where it would come back to. */
async function mailed(name: string, token = 'batch/1'): Promise<{ person: Outgoing; back: string; source: string }> {
  const person = await talk.world.person(name);
  expect((await send(talk.world.open(talk.sink.url), [person], token)).get(person.key)).toEqual(settled('sent'));
  const mail = talk.sink.ledger.find(({ key }) => key === person.key);
  return { person, back: mail?.from ?? '', source: mail?.source ?? '' };
}

const suppressionOf = (address: string) => talk.world.base.models.suppressions.findById(`email:${address}`).lean();
const names = () => events.map(({ id, name, properties }) => ({ id, name, type: properties['type'] }));

test('each mail leaves with a return path of its own, that fits what mail servers take', async () => {
  const [ada, bob] = [await mailed('Ada'), await mailed('Bob', 'batch/2')];
  for (const { back } of [ada, bob]) expect(back).toMatch(/^bounces\+[a-z2-7]{32}@mail\.shop\.test$/);
  expect(ada.back).not.toBe(bob.back);
  expect(ada.source).toMatch(/^From: "The Shop" <hello@shop\.test>/m);
});

test('without a bounce address the mail comes from its sender, and nothing is remembered', async () => {
  await talk.world.base.models.senders.updateOne({}, { $set: { bounceAddress: null } });
  expect((await mailed('Ada')).back).toBe('hello@shop.test');
  expect(await talk.world.base.models.returnPaths.countDocuments()).toBe(0);
});

describe('a mail that comes back', () => {
  test('for good suppresses its address, takes back what was to leave for it, and is an event; a repeat changes nothing', async () => {
    const { person, back } = await mailed('Ada');
    const { deliveries } = talk.world.base.models;
    const row = await rowOf(person);
    await deliveries.insertMany([
      { ...row, _id: 'next', state: 'deferred' },
      { ...row, _id: 'other', contact: 'bob', address: 'bob@people.test', state: 'deferred' },
    ]);
    const raw = notification({ action: 'failed', status: '5.1.1' }, back);
    await deliverRaw(port, { to: back, raw });
    const first = await rowOf(person);
    expect(await suppressionOf('ada@people.test')).toMatchObject({ reason: 'bounced', contact: 'ada' });
    expect(await deliveries.findById('next').lean()).toMatchObject({ state: 'suppressed', reason: 'suppressed' });
    expect(await deliveries.findById('other').lean()).toMatchObject({ state: 'deferred' });
    expect(first).toMatchObject({ state: 'sent', bouncedAt: expect.any(Date) as Date });
    expect(names()).toEqual([{ id: `bounced:hard:${person.key}`, name: 'Email Bounced', type: 'hard' }]);
    expect(withdrawn).toEqual([]);
    await deliverRaw(port, { to: back.toUpperCase(), raw });
    expect(await rowOf(person)).toEqual(first);
    expect(new Set(names().map(({ id }) => id)).size).toBe(1);
  });

  test.each(['4.4.7', '5.2.2', '5.7.1'])('with %s counts, and its address is written to again', async (status) => {
    const { person, back } = await mailed('Ada');
    await deliverRaw(port, { to: back, raw: notification({ action: 'failed', status }) });
    expect(await suppressionOf('ada@people.test')).toBeNull();
    expect(names()).toEqual([{ id: `bounced:soft:${person.key}`, name: 'Email Bounced', type: 'soft' }]);
  });

  test('softly five times in a row, without one opened between them, suppresses the address', async () => {
    const { person, back } = await mailed('Ada');
    const { deliveries } = talk.world.base.models;
    const row = await rowOf(person);
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    await deliveries.insertMany(
      [20, 15, 10, 5].map((days) => ({ ...row, _id: `mail ${days}`, bouncedAt: ago(days), openedAt: null })),
    );
    await deliveries.updateOne({ _id: 'mail 20' }, { $set: { openedAt: ago(12) } });
    const raw = notification({ action: 'failed', status: '4.2.2' });
    await deliverRaw(port, { to: back, raw });
    expect(await suppressionOf('ada@people.test')).toBeNull();
    await deliveries.updateOne({ _id: 'mail 20' }, { $set: { openedAt: null } });
    await deliverRaw(port, { to: back, raw });
    expect(await suppressionOf('ada@people.test')).toMatchObject({ reason: 'bounced' });
  });

  test('only late, or by an automatic answer, does nothing', async () => {
    const { person, back } = await mailed('Ada');
    const before = await rowOf(person);
    await deliverRaw(port, { to: back, raw: notification({ action: 'delayed', status: '4.4.1' }) });
    await deliverRaw(port, { to: back, raw: 'Subject: On holiday\r\nAuto-Submitted: auto-replied\r\n\r\n550 5.1.1' });
    expect(await rowOf(person)).toEqual(before);
    expect(events).toEqual([]);
  });

  test('to a plain bounce address is matched by the return path in what was returned', async () => {
    const { back, source } = await mailed('Ada');
    const raw = notification({ action: 'failed', status: '5.1.1', original: `Return-Path: <${back}>\r\n${source}` });
    await deliverRaw(port, { to: 'bounces@mail.shop.test', raw });
    expect(await suppressionOf('ada@people.test')).not.toBeNull();
  });
});

test('a token that was made up, altered or cut is refused, and does nothing anywhere else', async () => {
  const { person, back } = await mailed('Ada');
  const before = await rowOf(person);
  const swapped = back.replace(/\+(.)/, (_, first: string) => `+${first === 'a' ? 'b' : 'a'}`);
  const forged = [swapped, back.replace(/.@/, '@'), `bounces+${'a'.repeat(32)}@mail.shop.test`, 'else@mail.shop.test'];
  const raw = notification({ action: 'failed', status: '5.1.1' });
  for (const to of forged) await expect(deliverRaw(port, { to, raw })).rejects.toMatchObject({ responseCode: 550 });
  const inside = notification({ action: 'failed', status: '5.1.1', original: `Return-Path: <${swapped}>\r\n\r\nx` });
  await deliverRaw(port, { to: 'bounces@mail.shop.test', raw: inside });
  expect(await rowOf(person)).toEqual(before);
  expect(await talk.world.base.models.suppressions.countDocuments()).toBe(0);
  expect(events).toEqual([]);
});

describe('a complaint', () => {
  test('is matched by the mail it is about, withdraws consent and forbids the address, stronger than an unsubscription', async () => {
    const { person, source } = await mailed('Ada');
    await talk.world.base.models.suppressions.create({
      _id: 'email:ada@people.test',
      reason: 'unsubscribed',
      contact: 'ada',
      at: new Date(),
    });
    await deliverRaw(port, { to: 'bounces@mail.shop.test', raw: complaint({ feedback: 'abuse', original: source }) });
    expect(await suppressionOf('ada@people.test')).toMatchObject({ reason: 'complaint' });
    expect(names()).toEqual([{ id: `complained:${person.key}`, name: 'Email Marked as Spam', type: 'abuse' }]);
    expect(withdrawn).toEqual(['ada by complaint']);
    expect(await rowOf(person)).toMatchObject({ state: 'sent', complainedAt: expect.any(Date) as Date });
  });

  test('that takes one back is none', async () => {
    const { source } = await mailed('Ada');
    await deliverRaw(port, {
      to: 'bounces@mail.shop.test',
      raw: complaint({ feedback: 'not-spam', original: source }),
    });
    expect(await suppressionOf('ada@people.test')).toBeNull();
    expect(events).toEqual([]);
  });
});

describe('a delivery that nobody knows of', () => {
  test.each([
    ['delivered', '2.0.0', 'sent', 'delivered'],
    ['failed', '5.1.1', 'failed', 'bounced'],
    ['failed', '4.4.7', 'failed', 'bounced'],
  ])('is resolved by a report that it was %s (%s)', async (action, status, state, reason) => {
    const ada = await talk.world.person('Ada');
    talk.script.dot = () => 'silence';
    await send(talk.world.open(talk.sink.url), [ada]);
    expect(await rowOf(ada)).toMatchObject({ state: 'unknown' });
    const to = talk.sink.ledger[0]?.from ?? '';
    await deliverRaw(port, { to, raw: notification({ action, status }) });
    expect(await rowOf(ada)).toMatchObject({ state, reason, sentAt: ada.at });
  });
});

test('an address refused while it is spoken to is forbidden and noted like one whose mail came back', async () => {
  const ada = await talk.world.person('Ada');
  talk.script.rcpt = () => ({ say: '550 5.1.1 no such user' });
  await send(talk.world.open(talk.sink.url), [ada]);
  expect(talk.world.recorded).toMatchObject([
    {
      id: `bounced:hard:${ada.key}`,
      name: 'Email Bounced',
      contact: 'ada',
      properties: { type: 'hard', status: '5.1.1' },
    },
  ]);
});
