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

const settled = (state: string, reason: string | null = null) => ({ kind: 'settled', state, reason });
const people = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => world.person(`Person${index}`)));

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
