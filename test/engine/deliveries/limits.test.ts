import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import type { MailRoom } from '#engine/deliveries/deliveries.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();
const { send, rowOf } = talk;

/** Notes when each mail came to its server. */
function arrivals(): { at: number; to: string }[] {
  const came: { at: number; to: string }[] = [];
  talk.script.dot = (to) => {
    came.push({ at: performance.now(), to });
    return undefined;
  };
  return came;
}

const limit = (limits: { perSecond: number | null; domains: { domain: string; perSecond: number }[] }) =>
  talk.world.base.models.senders.updateOne({}, { $set: { limits } });

/** Brings people to their mails as the groups would: whoever is put off comes again when told. */
async function drive(room: MailRoom, outgoing: Outgoing[], name: string): Promise<void> {
  for (let round = 1, left = outgoing; left.length > 0; round++) {
    const results = await send(room, left, `${name}/${round}`);
    const comes = left.flatMap((one) => {
      const result = results.get(one.key);
      return result?.kind === 'deferred' ? [{ one, until: result.until.getTime() }] : [];
    });
    left = comes.map(({ one }) => one);
    if (comes.length > 0) await pause(Math.max(0, Math.min(...comes.map(({ until }) => until)) - Date.now()));
  }
}

const crowd = (name: string, count: number, domain = 'people.test') =>
  Promise.all(
    Array.from({ length: count }, (_, nth) =>
      talk.world.person(`${name}${nth}`, { email: `${name.toLowerCase()}${nth}@${domain}` }),
    ),
  );

/** Mails a second, from the first to the last. */
function rateOf(times: readonly number[]): number {
  return (times.length - 1) / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000);
}

test('two workers together keep to a sender’s limit within 5 %, and use it up', async () => {
  const came = arrivals();
  await limit({ perSecond: 20, domains: [] });
  const [ones, others] = [await crowd('One', 90), await crowd('Other', 90)];
  const open = () => talk.world.open(talk.sink.url);
  await Promise.all([drive(open(), ones, 'one'), drive(open(), others, 'other')]);
  const times = came.map(({ at }) => at);
  expect(times).toHaveLength(180);
  expect(rateOf(times)).toBeGreaterThan(19);
  expect(rateOf(times)).toBeLessThan(21);
  for (const start of times) {
    expect(times.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(23);
  }
  expect(new Set(talk.sink.ledger.map(({ to }) => to)).size).toBe(180);
}, 60_000);

test('a domain’s limit holds back only its own people', async () => {
  const came = arrivals();
  await limit({ perSecond: null, domains: [{ domain: 'slow.test', perSecond: 10 }] });
  const [slow, fast] = [await crowd('Slow', 80, 'Slow.test'), await crowd('Fast', 40)];
  await drive(talk.world.open(talk.sink.url), [...slow, ...fast], 'both');
  const times = (domain: string) => came.filter(({ to }) => to.toLowerCase().endsWith(domain)).map(({ at }) => at);
  // The first of them share their connections with everyone of the other domain.
  const steady = rateOf(times('slow.test').slice(10));
  expect(steady).toBeGreaterThan(9.5);
  expect(steady).toBeLessThan(10.5);
  expect(times('people.test').at(-1)).toBeLessThan(times('slow.test').at(-1) ?? 0);
}, 60_000);

test('whoever has to wait long is told when to come again, in the order they came, and is shown as put off', async () => {
  await limit({ perSecond: 1, domains: [] });
  const all = await crowd('Person', 40);
  const room = talk.world.open(talk.sink.url, 3_000);
  const results = await send(room, all);
  const untils = all.map(({ key }) => {
    const result = results.get(key);
    return result?.kind === 'deferred' ? result.until.getTime() : 0;
  });
  expect(untils.filter((until) => until > Date.now() + 20_000).length).toBeGreaterThan(5);
  expect(untils.slice(-20)).toEqual(untils.slice(-20).toSorted((a, b) => a - b));
  const last = all.at(-1);
  expect(last && (await rowOf(last))).toMatchObject({ state: 'deferred', reason: 'limit' });
  const late = await talk.world.person('Late');
  const result = (await send(room, [late], 'batch/2')).get(late.key);
  expect(result?.kind === 'deferred' && result.until.getTime()).toBeGreaterThanOrEqual(Math.max(...untils));
}, 30_000);

test('a sender without limits asks for no permits', async () => {
  const [ada] = await crowd('Ada', 1);
  if (!ada) throw new Error('Nobody there.');
  expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('sent'));
  expect(await talk.world.base.models.permits.countDocuments()).toBe(0);
  expect(await talk.world.base.models.waitingLines.countDocuments()).toBe(0);
});
