import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import type { MailRoom } from '#engine/deliveries/deliveries.ts';
import { GROUP, openWorld, type World } from '../../support/mail-room.ts';
import { openSink, type Script, type Sink } from '../../support/smtp-sink.ts';

let world: World;
let sink: Sink;
let script: Script;

beforeEach(async () => {
  script = {};
  sink = await openSink({
    greet: () => script.greet?.(),
    rcpt: (to) => script.rcpt?.(to),
    data: (to) => script.data?.(to),
    body: (to) => script.body?.(to),
    dot: (to) => script.dot?.(to),
    beforeGate: async (to) => script.beforeGate?.(to),
  });
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
  await sink.close();
});

const send = (room: MailRoom, outgoing: Outgoing[], token = 'batch/1') =>
  room.send({ plan: world.plan, group: GROUP, token, outgoing, heartbeat: () => undefined });

const rowOf = async ({ key }: Outgoing) => world.base.models.deliveries.findById(key).lean();

const settled = (state: string, reason: string | null = null) => ({ kind: 'settled', state, reason });

describe('who may be mailed', () => {
  const outcome = async (one: Outgoing) => (await send(world.open(sink.url), [one])).get(one.key);

  test('nobody without consent', async () => {
    const ada = await world.person('Ada', { consent: { email: { state: 'unknown', at: null, source: '' } } });
    expect(await outcome(ada)).toEqual(settled('suppressed', 'noConsent'));
  });

  test('nobody whose address is suppressed', async () => {
    const ada = await world.person('Ada', { email: 'Ada@People.test' });
    await world.base.models.suppressions.create({
      _id: 'email:ada@people.test',
      reason: 'complaint',
      at: new Date(),
      contact: null,
    });
    expect(await outcome(ada)).toEqual(settled('suppressed', 'suppressed'));
  });

  test('nobody without an address', async () => {
    expect(await outcome(await world.person('Ada', { email: null }))).toEqual(settled('skipped', 'noAddress'));
  });

  test('nobody who has left the journey', async () => {
    const ada = await world.person('Ada');
    await world.base.models.enrollments.updateOne(
      { _id: ada.enrollment._id },
      { $set: { state: 'exited', group: null } },
    );
    expect(await outcome(ada)).toEqual(settled('skipped', 'left'));
  });

  test('nobody while the journey is paused, and everybody after it goes on', async () => {
    const ada = await world.person('Ada');
    await world.base.models.journeys.updateOne({}, { $set: { state: 'paused' } });
    expect(await outcome(ada)).toMatchObject({ kind: 'deferred' });
    await world.base.models.journeys.updateOne({}, { $set: { state: 'running' } });
    expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
  });

  test('nobody later than the message allows', async () => {
    const ada = await world.person('Ada');
    expect(await outcome({ ...ada, dueAt: new Date(Date.now() - 25 * 3_600_000) })).toEqual(settled('skipped', 'late'));
  });

  test('a no that comes while the mail waits at the gate keeps it in the house', async () => {
    const ada = await world.person('Ada');
    const room = world.open(sink.url);
    script.beforeGate = () => room.takeBack({ contact: 'ada' }, 'suppressed', 'unsubscribed');
    expect((await send(room, [ada])).get(ada.key)).toEqual(settled('suppressed', 'unsubscribed'));
    expect(sink.bodyBytes()).toBe(0);
    expect(sink.ledger).toHaveLength(0);
  });

  test('a pause that comes while the mail waits at the gate puts it off', async () => {
    const ada = await world.person('Ada');
    const room = world.open(sink.url);
    script.beforeGate = () => room.takeBack({ journey: 'journey1' }, 'deferred', 'journeyPaused');
    expect((await send(room, [ada])).get(ada.key)).toMatchObject({ kind: 'deferred' });
    expect(sink.bodyBytes()).toBe(0);
  });
});

test('a message is sent once and its delivery says so', async () => {
  const ada = await world.person('Ada');
  const results = await send(world.open(sink.url), [ada]);
  expect(results.get(ada.key)).toEqual({ kind: 'settled', state: 'sent', reason: null });
  expect(sink.ledger).toMatchObject([{ to: 'ada@people.test', key: ada.key }]);
  expect(await rowOf(ada)).toMatchObject({ state: 'sent', sentAt: ada.at, address: 'ada@people.test' });
});

test('people on a clock of their own are mailed to the built-in inbox, whatever SMTP_URL says', async () => {
  const inbox = await openSink();
  const other = await openWorld({ inboxPort: inbox.port });
  const sample = await other.person('Sam', { clock: 'sample' });
  const real = await other.person('Rea');
  await other
    .open(sink.url)
    .send({ plan: other.plan, group: GROUP, token: 't', outgoing: [sample, real], heartbeat: () => undefined });
  expect(inbox.ledger.map(({ to }) => to)).toEqual(['sam@people.test']);
  expect(sink.ledger.map(({ to }) => to)).toEqual(['rea@people.test']);
  await other.close();
  await inbox.close();
});

test("a template that fails for one person parks that person's message only, and can be sent again", async () => {
  const [ada, bob] = [await world.person('Ada', { profile: { loops: 1_000_000_000 } }), await world.person('Bob')];
  const content = { html: '{% for i in (1..contact.loops) %}{{ i }}{% endfor %} hi', text: 'hi' };
  const results = await send(world.open(sink.url), [
    { ...ada, content },
    { ...bob, content },
  ]);
  expect(results.get(ada.key)).toEqual({ kind: 'failed', code: 'messageTemplate' });
  expect(results.get(bob.key)).toEqual(settled('sent'));
  expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
});
