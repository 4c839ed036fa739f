import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
