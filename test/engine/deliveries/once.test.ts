import { describe, expect, test } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();
const { send, rowOf, people } = talk;

describe('once', () => {
  test('two batches that race for the same people send each of them one mail', async () => {
    const all = await people(60);
    await Promise.all([
      send(talk.world.open(talk.sink.url), all, 'a/1'),
      send(talk.world.open(talk.sink.url), all, 'b/1'),
    ]);
    const keys = talk.sink.ledger.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    // Whoever a batch met under way in the other's hands comes again, and finds the delivery final.
    const again = await send(talk.world.open(talk.sink.url), all, 'c/1');
    expect([...again.values()].every(({ kind }) => kind === 'settled')).toBe(true);
    expect(new Set(talk.sink.ledger.map(({ key }) => key)).size).toBe(60);
    expect(talk.sink.ledger).toHaveLength(60);
  });

  test('a step met again finds its final delivery and sends nothing', async () => {
    const ada = await talk.world.person('Ada');
    await send(talk.world.open(talk.sink.url), [ada]);
    const again = await send(talk.world.open(talk.sink.url), [ada], 'batch/2');
    expect(again.get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('a worker killed after its claim leaves a row that the next batch sends, once', async () => {
    const ada = await talk.world.person('Ada');
    await leaveBehind(ada, 'claimed');
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.ledger).toHaveLength(1);
    expect(await rowOf(ada)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  test('a worker killed after its first byte leaves an unknown delivery that is never sent again', async () => {
    const ada = await talk.world.person('Ada');
    await leaveBehind(ada, 'data_started');
    const room = talk.world.open(talk.sink.url);
    expect((await send(room, [ada], 'batch/2')).get(ada.key)).toEqual(settled('unknown', 'interrupted'));
    expect((await send(room, [ada], 'batch/3')).get(ada.key)).toEqual(settled('unknown', 'interrupted'));
    expect(talk.sink.ledger).toHaveLength(0);
  });

  test('a paused worker whose mails were taken over does not get one byte out', async () => {
    const ada = await talk.world.person('Ada');
    const zombie = talk.world.open(talk.sink.url);
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let atGate = () => {};
    const reached = new Promise<void>((resolve) => (atGate = resolve));
    talk.script.beforeGate = () => {
      atGate();
      return asleep;
    };
    const late = send(zombie, [ada], 'batch/1');
    await reached;
    delete talk.script.beforeGate;
    await send(talk.world.open(talk.sink.url), [ada], 'batch/2');
    const bytes = talk.sink.bodyBytes();
    wake();
    expect((await late).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.bodyBytes()).toBe(bytes);
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('a slow worker turns its own unknown delivery into sent', async () => {
    const ada = await talk.world.person('Ada');
    let answer = () => {};
    talk.script.dot = () => ({ say: '250 2.0.0 taken' });
    const slow = talk.world.open(talk.sink.url);
    const bodied = new Promise<void>((resolve) => (answer = resolve));
    talk.script.body = () => {
      answer();
      return undefined;
    };
    const sending = send(slow, [ada], 'batch/1');
    await bodied;
    await talk.world.base.models.deliveries.updateOne(
      { _id: ada.key, state: 'data_started' },
      { $set: { state: 'unknown' } },
    );
    await sending;
    expect(await rowOf(ada)).toMatchObject({ state: 'sent' });
  });

  /** What a worker that was killed leaves in the database. */
  async function leaveBehind({ key, contact, enrollment }: Outgoing, state: 'claimed' | 'data_started') {
    const now = new Date();
    await talk.world.base.models.deliveries.create({
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
      turnAt: null,
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
