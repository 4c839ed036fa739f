import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mailTalk, settled } from '../../support/mail-talk.ts';

describe.each([
  ['one by one', false],
  ['in batches', true],
])('what a mail server answers that takes commands %s', (_, pipelining) => {
  const talk = mailTalk({ pipelining });
  const { send, rowOf, people } = talk;

  test('a greylisted recipient is put off and gets the mail in a later batch', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    const first = (await send(talk.world.open(talk.sink.url), [ada])).get(ada.key);
    expect(first).toMatchObject({ kind: 'deferred' });
    expect(await rowOf(ada)).toMatchObject({ state: 'deferred', reason: 'smtp450' });
    delete talk.script.rcpt;
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(await rowOf(ada)).toMatchObject({ refusedAt: null });
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('a server that closes a long connection with 421 is called again, and the mail goes at once', async () => {
    const all = await people(5);
    talk.script.rcpt = (to) =>
      to.startsWith('person3') && talk.sink.connections() === 1 ? { say: '421 4.7.0 too many mails' } : undefined;
    const results = await send(talk.world.open(`${talk.sink.url}?maxConnections=1`), all);
    expect([...results.values()]).toEqual(all.map(() => settled('sent')));
    expect(talk.sink.connections()).toBe(2);
  });

  test('a server that says 421 to a new connection is left alone by every worker, and all wait until it is over', async () => {
    const [ada, bob] = [await talk.world.person('Ada'), await talk.world.person('Bob')];
    talk.script.greet = () => ({ say: '421 4.3.2 try again later' });
    const first = (await send(talk.world.open(talk.sink.url), [ada])).get(ada.key);
    expect(await rowOf(ada)).toMatchObject({ state: 'deferred', reason: 'smtp421' });
    const knocked = talk.sink.connections();
    delete talk.script.greet;
    const second = (await send(talk.world.open(talk.sink.url), [bob], 'batch/2')).get(bob.key);
    expect(await rowOf(bob)).toMatchObject({ state: 'deferred', reason: 'serverQuiet' });
    expect(talk.sink.connections()).toBe(knocked);
    const quiet = await talk.world.base.models.quietHosts.findOne().lean();
    for (const result of [first, second]) {
      expect(result?.kind === 'deferred' && result.until >= (quiet?.until ?? 0)).toBe(true);
    }
    await talk.world.base.models.quietHosts.updateOne({}, { $set: { until: new Date() } });
    expect((await send(talk.world.open(talk.sink.url), [bob], 'batch/3')).get(bob.key)).toEqual(settled('sent'));
  });

  test('a server that says 421 again after its quiet is left alone for longer', async () => {
    const ada = await talk.world.person('Ada');
    const { quietHosts } = talk.world.base.models;
    talk.script.rcpt = () => ({ say: '421 4.7.28 rate limited' });
    await send(talk.world.open(talk.sink.url), [ada]);
    const until = new Date(Date.now() - 1_000);
    await quietHosts.updateOne({}, { $set: { until } });
    await send(talk.world.open(talk.sink.url), [ada], 'batch/2');
    const again = await quietHosts.findOne().lean();
    expect(again?.times).toBe(2);
    expect((again?.until.getTime() ?? 0) - Date.now()).toBeGreaterThan(110_000);
  });

  test('an address nobody has fails for good and is never written to again', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.rcpt = () => ({ say: '550 5.1.1 no such user' });
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('failed', 'smtp550'));
    expect(await rowOf(ada)).toMatchObject({ bouncedAt: ada.at });
    const suppression = await talk.world.base.models.suppressions.findById('email:ada@people.test').lean();
    expect(suppression).toMatchObject({ reason: 'bounced', contact: 'ada' });
  });

  test.each(['550 5.1.1', '550 5.1.2', '550 5.1.6', '556 5.1.10', '550 5.2.1'])(
    'an address refused with %s is suppressed',
    async (code) => {
      const ada = await talk.world.person('Ada');
      talk.script.rcpt = () => ({ say: `${code} gone` });
      await send(talk.world.open(talk.sink.url), [ada]);
      expect(await talk.world.base.models.suppressions.countDocuments()).toBe(1);
    },
  );

  test.each(['550 5.2.2 mailbox full', '550 5.7.0 not you', '550 not now', '554 5.6.0 what is this'])(
    '%s fails the mail, and neither its address nor its sender suffers',
    async (say) => {
      const ada = await talk.world.person('Ada');
      talk.script.rcpt = () => ({ say });
      const result = (await send(talk.world.open(talk.sink.url), [ada])).get(ada.key);
      expect(result).toEqual(settled('failed', `smtp${say.slice(0, 3)}`));
      const { suppressions, senders } = talk.world.base.models;
      expect(await suppressions.countDocuments()).toBe(0);
      expect(await senders.countDocuments({ paused: { $ne: null } })).toBe(0);
    },
  );

  test('a sender refused by policy is paused: that mail fails, and everyone else waits, also at other workers', async () => {
    const all = await people(6);
    talk.script.dot = () => ({ say: '550 5.7.1 looks like spam' });
    const results = await send(talk.world.open(`${talk.sink.url}?maxConnections=1`), all);
    const kinds = all.map(({ key }) => results.get(key)?.kind);
    expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(1);
    const failed = all.find(({ key }) => results.get(key)?.kind === 'settled');
    expect(failed && (await rowOf(failed))).toMatchObject({ state: 'failed', reason: 'smtp550' });
    const sender = await talk.world.base.models.senders.findById('shop').lean();
    expect(sender?.paused?.response).toContain('5.7.1 looks like spam');
    expect(await talk.world.base.models.suppressions.countDocuments()).toBe(0);

    const bob = await talk.world.person('Bob');
    delete talk.script.dot;
    const other = (await send(talk.world.open(talk.sink.url), [bob], 'batch/2')).get(bob.key);
    expect(other).toMatchObject({ kind: 'deferred' });
    expect(await rowOf(bob)).toMatchObject({ state: 'deferred', reason: 'senderPaused' });
    expect(talk.sink.ledger).toHaveLength(0);

    await talk.world.base.models.senders.updateOne({ _id: 'shop' }, { $set: { paused: null } });
    const waiting = [...all.filter((one) => one !== failed), bob];
    const after = await send(talk.world.open(talk.sink.url), waiting, 'batch/3');
    expect(waiting.map(({ key }) => after.get(key))).toEqual(waiting.map(() => settled('sent')));
  });

  test.each(['554 5.7.1 blocked by our list', '554 no service for you', '521 5.7.25 no reverse name'])(
    'a server that greets with %s pauses the sender, and nobody’s mail is lost',
    async (say) => {
      const all = await people(3);
      talk.script.greet = () => ({ say });
      await send(talk.world.open(talk.sink.url), all);
      const { senders } = talk.world.base.models;
      expect((await senders.findById('shop').lean())?.paused?.response).toContain(say);
      for (const one of all) expect(await rowOf(one)).toMatchObject({ state: 'deferred', reason: 'senderPaused' });
      delete talk.script.greet;
      await senders.updateOne({ _id: 'shop' }, { $set: { paused: null } });
      const after = await send(talk.world.open(talk.sink.url), all, 'batch/2');
      expect([...after.values()]).toEqual(all.map(() => settled('sent')));
    },
  );

  test('a server that greets with any other no is only away for now', async () => {
    const [ada] = await people(1);
    if (!ada) throw new Error('Nobody there.');
    talk.script.greet = () => ({ say: '550 come back after lunch' });
    await send(talk.world.open(talk.sink.url, 1_000), [ada]);
    expect(await rowOf(ada)).toMatchObject({ state: 'deferred', reason: 'unreachable' });
    expect(await talk.world.base.models.senders.countDocuments({ paused: { $ne: null } })).toBe(0);
  });

  test('whoever waited longer than the message allows gets nothing when their sender goes on', async () => {
    const ada = await talk.world.person('Ada');
    const { senders, deliveries } = talk.world.base.models;
    await senders.updateOne({}, { $set: { paused: { at: new Date(), response: '550 5.7.1' } } });
    await send(talk.world.open(talk.sink.url), [ada]);
    await deliveries.updateOne({ _id: ada.key }, { $set: { dueAt: new Date(Date.now() - 25 * 3_600_000) } });
    await senders.updateOne({}, { $set: { paused: null } });
    const later = { ...ada, dueAt: new Date() };
    expect((await send(talk.world.open(talk.sink.url), [later], 'batch/2')).get(ada.key)).toEqual(
      settled('skipped', 'late'),
    );
  });

  test('a server that takes no connection in time, or does not greet, is tried again', async () => {
    const ada = await talk.world.person('Ada');
    let greeted = 0;
    talk.script.greet = () => (greeted++ === 0 ? 'silence' : undefined);
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.connections()).toBe(2);
  });

  test('a mail put off after its dot, when its row was already taken for interrupted, has failed for sure', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.dot = () => ({ say: '451 4.3.0 try later' });
    talk.script.body = () => {
      void talk.world.base.models.deliveries.updateOne({ _id: ada.key }, { $set: { state: 'unknown' } }).exec();
      return undefined;
    };
    await send(talk.world.open(talk.sink.url), [ada]);
    expect(await rowOf(ada)).toMatchObject({ state: 'failed', reason: 'smtp451' });
  });

  test('a mail put off after its dot was not taken, and may be sent again', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.dot = () => ({ say: '451 4.3.0 try later' });
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toMatchObject({ kind: 'deferred' });
    delete talk.script.dot;
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('no answer after the dot leaves the delivery unknown, and it is not sent again', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.dot = () => 'silence';
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('unknown', 'noAnswer'));
    delete talk.script.dot;
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(
      settled('unknown', 'noAnswer'),
    );
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('a connection cut in the body leaves the delivery unknown', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.body = () => 'hangUp';
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('unknown', 'noAnswer'));
  });

  test('a server that cannot be reached puts everyone off, and nobody is lost', async () => {
    const all = await people(3);
    await talk.sink.close();
    const results = await send(talk.world.open(talk.sink.url, 1_500), all);
    expect([...results.values()].map(({ kind }) => kind)).toEqual(['deferred', 'deferred', 'deferred']);
    for (const one of all) expect(await rowOf(one)).toMatchObject({ state: 'deferred', reason: 'unreachable' });
  });

  test('one refused recipient does not spoil the connection for the next', async () => {
    const all = await people(30);
    talk.script.rcpt = (to) => (to.startsWith('person1') ? { say: '550 5.7.0 not you' } : undefined);
    await send(talk.world.open(`${talk.sink.url}?maxConnections=1`), all);
    expect(talk.sink.ledger).toHaveLength(19);
    expect(talk.sink.connections()).toBe(1);
  });

  test('a batch that runs out of time puts off whoever is left', async () => {
    const all = await people(5);
    talk.script.beforeGate = () => pause(300);
    const results = await send(talk.world.open(`${talk.sink.url}?maxConnections=1`, 500), all);
    const kinds = [...results.values()].map(({ kind }) => kind);
    expect(kinds).toContain('deferred');
    expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(talk.sink.ledger.length);
    expect(kinds).toHaveLength(5);
  });
});
