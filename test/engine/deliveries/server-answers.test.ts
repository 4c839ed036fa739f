import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();
const { send, rowOf, people } = talk;

describe('what the mail server answers', () => {
  test('a greylisted recipient is put off and gets the mail in a later batch', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    const first = (await send(talk.world.open(talk.sink.url), [ada])).get(ada.key);
    expect(first).toMatchObject({ kind: 'deferred' });
    expect(await rowOf(ada)).toMatchObject({ state: 'deferred', reason: 'smtp450' });
    delete talk.script.rcpt;
    expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('a mail put off by the server for a day is given up', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    await send(talk.world.open(talk.sink.url), [ada]);
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    await talk.world.base.models.deliveries.updateOne({ _id: ada.key }, { $set: { refusedAt: dayAgo } });
    const later = (await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key);
    expect(later).toEqual(settled('failed', 'smtp450'));
  });

  test('a server that closes a long connection with 421 is called again in the same batch', async () => {
    const ada = await talk.world.person('Ada');
    let refused = 0;
    talk.script.rcpt = () => (refused++ === 0 ? { say: '421 4.7.0 too many mails on this connection' } : undefined);
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('sent'));
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('an address nobody has fails for good and is never written to again', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.rcpt = () => ({ say: '550 5.1.1 no such user' });
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('failed', 'smtp550'));
    const suppression = await talk.world.base.models.suppressions.findById('email:ada@people.test').lean();
    expect(suppression).toMatchObject({ reason: 'bounced', contact: 'ada' });
  });

  test('a mail refused after its dot fails, without its address being suppressed', async () => {
    const ada = await talk.world.person('Ada');
    talk.script.dot = () => ({ say: '554 5.7.1 looks like spam' });
    expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('failed', 'smtp554'));
    expect(await talk.world.base.models.suppressions.countDocuments()).toBe(0);
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
