import { describe, expect, test } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import { GROUP } from '../../support/mail-room.ts';
import { openWorld } from '../../support/mail-room.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';
import { openSink } from '../../support/smtp-sink.ts';

const talk = mailTalk();
const { send, rowOf } = talk;

describe('who may be mailed', () => {
  const outcome = async (one: Outgoing) => (await send(talk.world.open(talk.sink.url), [one])).get(one.key);

  test('nobody without consent', async () => {
    const ada = await talk.world.person('Ada', { consent: { email: { state: 'unknown', at: null, source: '' } } });
    expect(await outcome(ada)).toEqual(settled('suppressed', 'noConsent'));
  });

  test('nobody whose address is suppressed', async () => {
    const ada = await talk.world.person('Ada', { email: 'Ada@People.test' });
    await talk.world.base.models.suppressions.create({
      _id: 'email:ada@people.test',
      reason: 'complaint',
      at: new Date(),
      contact: null,
    });
    expect(await outcome(ada)).toEqual(settled('suppressed', 'suppressed'));
  });

  test('nobody without an address', async () => {
    expect(await outcome(await talk.world.person('Ada', { email: null }))).toEqual(settled('skipped', 'noAddress'));
  });

  test('nobody who has left the journey', async () => {
    const ada = await talk.world.person('Ada');
    await talk.world.base.models.enrollments.updateOne(
      { _id: ada.enrollment._id },
      { $set: { state: 'exited', group: null } },
    );
    expect(await outcome(ada)).toEqual(settled('skipped', 'left'));
  });

  test('nobody while the journey is paused, and everybody after it goes on', async () => {
    const ada = await talk.world.person('Ada');
    await talk.world.base.models.journeys.updateOne({}, { $set: { state: 'paused' } });
    expect(await outcome(ada)).toMatchObject({ kind: 'deferred' });
    await talk.world.base.models.journeys.updateOne({}, { $set: { state: 'running' } });
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
  });

  test('nobody later than the message allows', async () => {
    const ada = await talk.world.person('Ada');
    expect(await outcome({ ...ada, dueAt: new Date(Date.now() - 25 * 3_600_000) })).toEqual(settled('skipped', 'late'));
  });

  test('a no that comes while the mail waits at the gate keeps it in the house', async () => {
    const ada = await talk.world.person('Ada');
    const room = talk.world.open(talk.sink.url);
    talk.script.beforeGate = () => room.takeBack({ contact: 'ada' }, 'suppressed', 'unsubscribed');
    expect((await send(room, [ada])).get(ada.key)).toEqual(settled('suppressed', 'unsubscribed'));
    expect(talk.sink.bodyBytes()).toBe(0);
    expect(talk.sink.ledger).toHaveLength(0);
  });

  test('a pause that comes while the mail waits at the gate puts it off', async () => {
    const ada = await talk.world.person('Ada');
    const room = talk.world.open(talk.sink.url);
    talk.script.beforeGate = () => room.takeBack({ journey: 'journey1' }, 'deferred', 'journeyPaused');
    expect((await send(room, [ada])).get(ada.key)).toMatchObject({ kind: 'deferred' });
    expect(talk.sink.bodyBytes()).toBe(0);
  });
});

test('a message is sent once and its delivery says so', async () => {
  const ada = await talk.world.person('Ada');
  const results = await send(talk.world.open(talk.sink.url), [ada]);
  expect(results.get(ada.key)).toEqual({ kind: 'settled', state: 'sent', reason: null });
  expect(talk.sink.ledger).toMatchObject([{ to: 'ada@people.test', key: ada.key }]);
  expect(await rowOf(ada)).toMatchObject({ state: 'sent', sentAt: ada.at, address: 'ada@people.test' });
});

test('people on a clock of their own are mailed to the built-in inbox, whatever SMTP_URL says', async () => {
  const inbox = await openSink();
  const other = await openWorld({ inboxPort: inbox.port });
  const sample = await other.person('Sam', { clock: 'sample' });
  const real = await other.person('Rea');
  await other.open(talk.sink.url).send({ plan: other.plan, group: GROUP, token: 't', outgoing: [sample, real] });
  expect(inbox.ledger.map(({ to }) => to)).toEqual(['sam@people.test']);
  expect(talk.sink.ledger.map(({ to }) => to)).toEqual(['rea@people.test']);
  await other.close();
  await inbox.close();
});

test("a template that fails for one person parks that person's message only, and can be sent again, however much later", async () => {
  const [ada, bob] = [
    await talk.world.person('Ada', { profile: { loops: 1_000_000_000 } }),
    await talk.world.person('Bob'),
  ];
  const content = { html: '{% for i in (1..contact.loops) %}{{ i }}{% endfor %} hi', text: 'hi' };
  const results = await send(talk.world.open(talk.sink.url), [
    { ...ada, content },
    { ...bob, content },
  ]);
  expect(results.get(ada.key)).toEqual({ kind: 'failed', code: 'messageTemplate' });
  expect(results.get(bob.key)).toEqual(settled('sent'));
  expect(await rowOf(ada)).toMatchObject({ state: 'deferred', dueAt: null });
  expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
});
