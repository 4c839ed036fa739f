import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '#shared/event.ts';
import { createAnswerAsks } from '#engine/deliveries/answer.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { GROUP, openWorld, type World } from '../../support/mail-room.ts';
import { openSink, type Sink } from '../../support/smtp-sink.ts';

let world: World;
let sink: Sink;
let ada: Outgoing;
const MINUTE = 60_000;

beforeEach(async () => {
  sink = await openSink();
  world = await openWorld();
  ada = await world.person('Ada');
});
afterEach(async () => {
  await world.close();
  await sink.close();
});

const send = (outgoing: Outgoing) =>
  world.open(sink.url).send({ plan: world.plan, group: GROUP, token: 't', outgoing: [outgoing] });
const askOf = async (key: string) => (await world.base.models.deliveries.findById(key).lean())?.ask;

function order(id: string, minutes: number, change: Partial<Event> = {}): Event {
  const at = new Date(ada.at.getTime() + minutes * MINUTE);
  return {
    _id: id,
    kind: 'track',
    name: 'Order Completed',
    contact: 'ada',
    at,
    receivedAt: at,
    properties: {},
    value: { minor: 2_933, currency: 'USD' },
    history: false,
    source: 'test',
    dispatch: 'done',
    attempts: 0,
    reason: null,
    ...change,
  };
}

test('an event in time answers the ask once, with its value', async () => {
  await send(ada);
  const answer = createAnswerAsks(world.base.models);
  await answer(order('first', 5));
  await answer(order('second', 6, { value: { minor: 1, currency: 'USD' } }));
  expect(await askOf(ada.key)).toMatchObject({ answeredBy: 'first', minor: 2_933, currency: 'USD' });
});

test('an event before the mail, after its deadline, of another name or imported answers nothing', async () => {
  await send(ada);
  const answer = createAnswerAsks(world.base.models);
  await answer(order('early', -1));
  await answer(order('late', 8 * 24 * 60));
  await answer(order('other', 1, { name: 'Page Viewed' }));
  await answer(order('history', 1, { history: true }));
  expect(await askOf(ada.key)).toMatchObject({ answeredAt: null });
});

test('the latest ask is answered, and an answered one leaves the older alone', async () => {
  await send(ada);
  const later: Outgoing = {
    ...ada,
    key: `${ada.enrollment._id}|again`,
    step: 'again',
    at: new Date(ada.at.getTime() + MINUTE),
  };
  await send(later);
  const answer = createAnswerAsks(world.base.models);
  await answer(order('one', 5));
  await answer(order('two', 6));
  expect(await askOf(later.key)).toMatchObject({ answeredBy: 'one' });
  expect(await askOf(ada.key)).toMatchObject({ answeredAt: null });
});
