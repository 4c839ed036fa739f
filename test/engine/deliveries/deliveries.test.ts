import { setTimeout as pause } from 'node:timers/promises';
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

test('a message is sent once and its delivery says so', async () => {
  const ada = await world.person('Ada');
  const results = await send(world.open(sink.url), [ada]);
  expect(results.get(ada.key)).toEqual({ kind: 'settled', state: 'sent', reason: null });
  expect(sink.ledger).toMatchObject([{ to: 'ada@people.test', key: ada.key }]);
  expect(await rowOf(ada)).toMatchObject({ state: 'sent', sentAt: ada.at, address: 'ada@people.test' });
});

const settled = (state: string, reason: string | null = null) => ({ kind: 'settled', state, reason });
const people = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => world.person(`Person${index}`)));

describe('once', () => {
  test('two batches that race for the same people send each of them one mail', async () => {
    const all = await people(60);
    await Promise.all([send(world.open(sink.url), all, 'a/1'), send(world.open(sink.url), all, 'b/1')]);
    const keys = sink.ledger.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    // Whoever a batch met under way in the other's hands comes again, and finds the delivery final.
    const again = await send(world.open(sink.url), all, 'c/1');
    expect([...again.values()].every(({ kind }) => kind === 'settled')).toBe(true);
    expect(new Set(sink.ledger.map(({ key }) => key)).size).toBe(60);
    expect(sink.ledger).toHaveLength(60);
  });

  test('a step met again finds its final delivery and sends nothing', async () => {
    const ada = await world.person('Ada');
    await send(world.open(sink.url), [ada]);
    const again = await send(world.open(sink.url), [ada], 'batch/2');
    expect(again.get(ada.key)).toEqual(settled('sent'));
    expect(sink.ledger).toHaveLength(1);
  });

  test('a worker killed after its claim leaves a row that the next batch sends, once', async () => {
    const ada = await world.person('Ada');
    await leaveBehind(ada, 'claimed');
    expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(sink.ledger).toHaveLength(1);
    expect(await rowOf(ada)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  test('a worker killed after its first byte leaves an unknown delivery that is never sent again', async () => {
    const ada = await world.person('Ada');
    await leaveBehind(ada, 'data_started');
    const room = world.open(sink.url);
    expect((await send(room, [ada], 'batch/2')).get(ada.key)).toEqual(settled('unknown', 'interrupted'));
    expect((await send(room, [ada], 'batch/3')).get(ada.key)).toEqual(settled('unknown', 'interrupted'));
    expect(sink.ledger).toHaveLength(0);
  });

  test('a paused worker whose mails were taken over does not get one byte out', async () => {
    const ada = await world.person('Ada');
    const zombie = world.open(sink.url);
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let atGate = () => {};
    const reached = new Promise<void>((resolve) => (atGate = resolve));
    script.beforeGate = () => {
      atGate();
      return asleep;
    };
    const late = send(zombie, [ada], 'batch/1');
    await reached;
    delete script.beforeGate;
    await send(world.open(sink.url), [ada], 'batch/2');
    const bytes = sink.bodyBytes();
    wake();
    expect((await late).get(ada.key)).toEqual(settled('sent'));
    expect(sink.bodyBytes()).toBe(bytes);
    expect(sink.ledger).toHaveLength(1);
  });

  test('a slow worker turns its own unknown delivery into sent', async () => {
    const ada = await world.person('Ada');
    let answer = () => {};
    script.dot = () => ({ say: '250 2.0.0 taken' });
    const slow = world.open(sink.url);
    const bodied = new Promise<void>((resolve) => (answer = resolve));
    script.body = () => {
      answer();
      return undefined;
    };
    const sending = send(slow, [ada], 'batch/1');
    await bodied;
    await world.base.models.deliveries.updateOne(
      { _id: ada.key, state: 'data_started' },
      { $set: { state: 'unknown' } },
    );
    await sending;
    expect(await rowOf(ada)).toMatchObject({ state: 'sent' });
  });

  /** What a worker that was killed leaves in the database. */
  async function leaveBehind({ key, contact, enrollment }: Outgoing, state: 'claimed' | 'data_started') {
    const now = new Date();
    await world.base.models.deliveries.create({
      _id: key,
      journey: enrollment.journey,
      plan: 'plan1',
      step: 'hello',
      enrollment: enrollment._id,
      contact: contact._id,
      clock: 'real',
      channel: 'email',
      address: contact.email ?? '',
      sender: null,
      state,
      token: 'dead/1',
      flush: null,
      reason: null,
      response: null,
      attempts: 1,
      claimedAt: now,
      refusedAt: null,
      sentAt: null,
      updatedAt: now,
      ask: null,
      openedAt: null,
      clickedAt: null,
      unsubscribedAt: null,
      actor: null,
    });
  }
});

describe('what the mail server answers', () => {
  test('a greylisted recipient is put off and gets the mail in a later batch', async () => {
    const ada = await world.person('Ada');
    script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    const first = (await send(world.open(sink.url), [ada])).get(ada.key);
    expect(first).toMatchObject({ kind: 'deferred' });
    expect(await rowOf(ada)).toMatchObject({ state: 'deferred', reason: 'smtp450' });
    delete script.rcpt;
    expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(sink.ledger).toHaveLength(1);
  });

  test('a mail put off by the server for a day is given up', async () => {
    const ada = await world.person('Ada');
    script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    await send(world.open(sink.url), [ada]);
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    await world.base.models.deliveries.updateOne({ _id: ada.key }, { $set: { refusedAt: dayAgo } });
    const later = (await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key);
    expect(later).toEqual(settled('failed', 'smtp450'));
  });

  test('a server that closes a long connection with 421 is called again in the same batch', async () => {
    const ada = await world.person('Ada');
    let refused = 0;
    script.rcpt = () => (refused++ === 0 ? { say: '421 4.7.0 too many mails on this connection' } : undefined);
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toEqual(settled('sent'));
    expect(sink.ledger).toHaveLength(1);
  });

  test('an address nobody has fails for good and is never written to again', async () => {
    const ada = await world.person('Ada');
    script.rcpt = () => ({ say: '550 5.1.1 no such user' });
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toEqual(settled('failed', 'smtp550'));
    const suppression = await world.base.models.suppressions.findById('email:ada@people.test').lean();
    expect(suppression).toMatchObject({ reason: 'bounced', contact: 'ada' });
  });

  test('a mail refused after its dot fails, without its address being suppressed', async () => {
    const ada = await world.person('Ada');
    script.dot = () => ({ say: '554 5.7.1 looks like spam' });
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toEqual(settled('failed', 'smtp554'));
    expect(await world.base.models.suppressions.countDocuments()).toBe(0);
  });

  test('a mail put off after its dot was not taken, and may be sent again', async () => {
    const ada = await world.person('Ada');
    script.dot = () => ({ say: '451 4.3.0 try later' });
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toMatchObject({ kind: 'deferred' });
    delete script.dot;
    expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(sink.ledger).toHaveLength(1);
  });

  test('no answer after the dot leaves the delivery unknown, and it is not sent again', async () => {
    const ada = await world.person('Ada');
    script.dot = () => 'silence';
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toEqual(settled('unknown', 'noAnswer'));
    delete script.dot;
    expect((await send(world.open(sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('unknown', 'noAnswer'));
    expect(sink.ledger).toHaveLength(1);
  });

  test('a connection cut in the body leaves the delivery unknown', async () => {
    const ada = await world.person('Ada');
    script.body = () => 'hangUp';
    expect((await send(world.open(sink.url), [ada])).get(ada.key)).toEqual(settled('unknown', 'noAnswer'));
  });

  test('a server that cannot be reached puts everyone off, and nobody is lost', async () => {
    const all = await people(3);
    await sink.close();
    const results = await send(world.open(sink.url, 1_500), all);
    expect([...results.values()].map(({ kind }) => kind)).toEqual(['deferred', 'deferred', 'deferred']);
    for (const one of all) expect(await rowOf(one)).toMatchObject({ state: 'deferred', reason: 'unreachable' });
  });

  test('one refused recipient does not spoil the connection for the next', async () => {
    const all = await people(30);
    script.rcpt = (to) => (to.startsWith('person1') ? { say: '550 5.7.0 not you' } : undefined);
    await send(world.open(`${sink.url}?maxConnections=1`), all);
    expect(sink.ledger).toHaveLength(19);
    expect(sink.connections()).toBe(1);
  });

  test('a batch that runs out of time puts off whoever is left', async () => {
    const all = await people(5);
    script.beforeGate = () => pause(300);
    const results = await send(world.open(`${sink.url}?maxConnections=1`, 500), all);
    const kinds = [...results.values()].map(({ kind }) => kind);
    expect(kinds).toContain('deferred');
    expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(sink.ledger.length);
    expect(kinds).toHaveLength(5);
  });
});

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
