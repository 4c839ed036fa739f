import { afterAll, beforeAll, expect } from 'vitest';
import type { CrashPoint } from '#engine/crash-points.ts';
import type { Drawing } from '#shared/journey.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openClient } from './client.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf } from './crowds.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 200 : 10;
const hour = { kind: 'after', duration: { amount: 1, unit: 'hour' } } as const;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
let client: Awaited<ReturnType<typeof openClient>>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  client = await openClient(house);
  await house.start('worker-1');
});
afterAll(() => house.close());

/** Whoever does one thing comes in, gets a mail, waits for the other, and gets another. */
function byEvents(comesIn: string, goesOn: string): Drawing {
  const awaits = { kind: 'event', match: { event: goesOn, where: [] } };
  return draw(
    [
      step('hello', 'message', { message: says('Hello') }),
      step('await', 'wait-for-event', { awaits, until: hour }),
      step('thanks', 'message', { message: says('Thanks') }),
      step('end', 'exit'),
    ],
    ['hello -> await', 'await.happened -> thanks', 'await.timedOut -> end', 'thanks -> end'],
    { entry: { kind: 'event', source: 'shop', match: { event: comesIn, where: [] }, condition: null, key: null } },
  );
}

/** Everybody comes in and goes on by an event; the server dies on the way, and each call is repeated until it is taken. */
async function comeAndGo(crashAt: `${CrashPoint}:${number}`) {
  await house.start('server-1', crashAt);
  const [comesIn, goesOn] = [`Came ${crashAt}`, `Went ${crashAt}`];
  const journey = await crowds.publish(byEvents(comesIn, goesOn));
  const died = house.hands.gone('server-1').then(() => house.start('server-1'));
  const coming = client.calls(comesIn, PEOPLE);
  await crowds.agree(coming.map(({ userId }) => userId));
  await Promise.all(coming.map((call) => client.untilTaken(call)));
  await crowds.until({ journey, node: 'await', registered: true }, PEOPLE);
  const going = coming.map(({ userId, messageId }) => ({ userId, messageId: `${messageId}-2`, event: goesOn }));
  await Promise.all(going.map((call) => client.untilTaken(call)));
  await died;
  await crowds.ended(journey);
  await crowds.eventsDone();
  await house.hands.kill('server-1');
  return crowds.findings(journey, { accepted: [...coming, ...going].map(({ messageId }) => messageId) });
}

survives('the server killed between commit and reply, and each call repeated', async (tell) => {
  tell(await comeAndGo('event-committed:2'));
});

if (whole) {
  survives('the server killed after rows are written, before their group starts', async (tell) => {
    tell(await comeAndGo('rows-written:1'));
  });
  survives('the server killed after a release is written, before its group starts', async (tell) => {
    tell(await comeAndGo('release-written:1'));
  });
}

survives('the same person entering by the same event at two servers', async (tell) => {
  await Promise.all([house.start('server-1'), house.start('server-2')]);
  const [comesIn, goesOn] = ['Came twice', 'Went twice'];
  const journey = await crowds.publish(byEvents(comesIn, goesOn));
  const coming = client.calls(comesIn, PEOPLE);
  await crowds.agree(coming.map(({ userId }) => userId));
  const both = (calls: typeof coming) =>
    Promise.all(calls.flatMap((call) => [0, 1, 0, 1].map((server) => client.untilTaken(call, server))));
  await both(coming);
  await crowds.until({ journey, node: 'await', registered: true }, PEOPLE);
  await both(coming.map(({ userId, messageId }) => ({ userId, messageId: `${messageId}-2`, event: goesOn })));
  await crowds.ended(journey);
  await crowds.eventsDone();
  tell(await crowds.findings(journey, { accepted: coming.map(({ messageId }) => messageId) }));
});

survives('200 redeemers of one code at two servers: it is redeemed once', async (tell) => {
  const { coupons, enrollments } = house.engine.models;
  const journey = await crowds.publish(
    draw(
      [
        step('gift', 'coupon', { message: says('Your gift') }),
        step('thanks', 'message', { message: says('Thanks') }),
        step('end', 'exit'),
      ],
      ['gift.redeemed -> thanks', 'gift.expired -> end', 'thanks -> end'],
    ),
  );
  const [run = ''] = await crowds.enter(journey, 1);
  await crowds.until({ _id: run, node: 'gift.redemption', registered: true }, 1);
  const code = (await coupons.findOne({ enrollment: run }).lean())?._id;
  const orders = client.calls('Order Completed', 200).map((call) => ({ ...call, properties: { coupon: code } }));
  await Promise.all(orders.map((call, index) => client.untilTaken(call, index % 2)));
  await crowds.ended(journey);
  await crowds.eventsDone();
  const redeemed = await coupons.findById(code).lean();
  expect(orders.map(({ messageId }) => messageId)).toContain(redeemed?.redeemedBy);
  expect((await enrollments.findById(run).lean())?.path.map(({ edge }) => edge)).toContain('redeemed');
  tell(await crowds.findings(journey, { accepted: orders.map(({ messageId }) => messageId) }));
});
