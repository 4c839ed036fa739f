import { afterEach, beforeEach } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import type { MailRoom } from '#engine/deliveries/deliveries.ts';
import { GROUP, openWorld, type World } from './mail-room.ts';
import { openSink, type Script, type Sink } from './smtp-sink.ts';

/** A world of people and a mail server that answers by script, new for each test of the file that asks for it. */
export function mailTalk({ pipelining = true } = {}) {
  let opened: { world: World; sink: Sink; script: Script } | null = null;
  const current = () => {
    if (!opened) throw new Error('The mail server is there only while a test runs.');
    return opened;
  };

  beforeEach(async () => {
    const script: Script = {};
    const sink = await openSink({
      pipelining,
      greet: () => script.greet?.(),
      rcpt: (to) => script.rcpt?.(to),
      data: (to) => script.data?.(to),
      body: (to) => script.body?.(to),
      dot: (to) => script.dot?.(to),
      beforeGate: async (to) => script.beforeGate?.(to),
    });
    opened = { world: await openWorld(), sink, script };
  });
  afterEach(async () => {
    await current().world.close();
    await current().sink.close();
  });

  return {
    get world() {
      return current().world;
    },
    get sink() {
      return current().sink;
    },
    get script() {
      return current().script;
    },
    send: (room: MailRoom, outgoing: Outgoing[], token = 'batch/1') =>
      room.send({ plan: current().world.plan, group: GROUP, token, outgoing }),
    rowOf: async ({ key }: Outgoing) => current().world.base.models.deliveries.findById(key).lean(),
    people: (count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => current().world.person(`Person${index}`))),
  };
}

/** What a delivery that is over answers. */
export const settled = (state: string, reason: string | null = null) => ({ kind: 'settled', state, reason });
