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
