import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Outgoing } from '#engine/deliveries.ts';
import type { MailRoom } from '#engine/deliveries/deliveries.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();
const { send, rowOf } = talk;

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

/** Between a permit and the mail server a busy machine may stand still so long, and what was held up comes together. */
const STANDSTILL_SECONDS = 0.5;

/** When mails to a domain came, by their server; holds them against their limit, in every window. */
function cameWithin(perSecond: number, domain: string): number[] {
  const came = talk.sink.ledger.filter(({ to }) => to.toLowerCase().endsWith(domain));
  const times = came.map(({ dataAt }) => dataAt.getTime());
  for (const seconds of [1, 2, 5]) {
    const most = perSecond * (seconds * 1.05 + STANDSTILL_SECONDS) + 1;
    const busiest = Math.max(
      ...times.map((start) => times.filter((at) => at >= start && at < start + seconds * 1_000).length),
    );
    expect(busiest, `in ${seconds} s`).toBeLessThanOrEqual(most);
  }
  return times;
}

test('two workers together never send more than a sender’s limit, in any window', async () => {
  await limit({ perSecond: 20, domains: [] });
  const [ones, others] = [await crowd('One', 60), await crowd('Other', 60)];
  const open = () => talk.world.open(talk.sink.url);
  await Promise.all([drive(open(), ones, 'one'), drive(open(), others, 'other')]);
  expect(cameWithin(20, 'people.test')).toHaveLength(120);
  expect(new Set(talk.sink.ledger.map(({ to }) => to)).size).toBe(120);
}, 60_000);

test('a domain’s limit holds back only its own people', async () => {
  await limit({ perSecond: null, domains: [{ domain: 'slow.test', perSecond: 10 }] });
  const [slow, fast] = [await crowd('Slow', 60, 'Slow.test'), await crowd('Fast', 40)];
  await drive(talk.world.open(talk.sink.url), [...slow, ...fast], 'both');
  const held = cameWithin(10, 'slow.test');
  expect(held).toHaveLength(60);
  const free = talk.sink.ledger.filter(({ to }) => to.endsWith('people.test'));
  expect(free).toHaveLength(40);
  expect(free.at(-1)?.dataAt.getTime()).toBeLessThan(held.at(-1) ?? 0);
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

test('those who come back together, from a pause or too late for their turn, do not all wait in their batch', async () => {
  await limit({ perSecond: 1, domains: [] });
  const { deliveries, journeys, waitingLines } = talk.world.base.models;
  const [paused, missed] = [await crowd('Paused', 20), await crowd('Missed', 20)];
  await journeys.updateOne({}, { $set: { state: 'paused' } });
  await send(talk.world.open(talk.sink.url), [...paused, ...missed]);
  await journeys.updateOne({}, { $set: { state: 'running' } });
  const hourAgo = new Date(Date.now() - 3_600_000);
  const missing = { _id: { $in: missed.map(({ key }) => key) } };
  await deliveries.updateMany(missing, { $set: { reason: 'limit', turnAt: hourAgo } });
  await waitingLines.deleteMany({});
  const room = talk.world.open(talk.sink.url, 5_000);
  await send(room, [...paused, ...missed], 'batch/2');
  const lastCame = talk.sink.ledger.at(-1)?.dataAt ?? new Date(0);
  // While the few whose turn it was were still being sent.
  const early = await deliveries.countDocuments({ state: 'deferred', reason: 'limit', updatedAt: { $lt: lastCame } });
  expect(early).toBeGreaterThanOrEqual(20);
}, 30_000);

test('whoever comes for their turn keeps it', async () => {
  await limit({ perSecond: 1, domains: [] });
  const { deliveries, waitingLines } = talk.world.base.models;
  const [ada] = await crowd('Ada', 1);
  if (!ada) throw new Error('Nobody there.');
  await send(talk.world.open(talk.sink.url, 0), [ada]);
  const [turnAt, inAnHour] = [new Date(Date.now() - 10_000), new Date(Date.now() + 3_600_000)];
  await deliveries.updateOne({ _id: ada.key }, { $set: { state: 'deferred', reason: 'limit', turnAt } });
  await waitingLines.updateOne({ _id: 'shop|' }, { $set: { until: inAnHour } }, { upsert: true });
  expect((await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
}, 30_000);

test('a sender without limits asks for no permits', async () => {
  const [ada] = await crowd('Ada', 1);
  if (!ada) throw new Error('Nobody there.');
  expect((await send(talk.world.open(talk.sink.url), [ada])).get(ada.key)).toEqual(settled('sent'));
  expect(await talk.world.base.models.permits.countDocuments()).toBe(0);
  expect(await talk.world.base.models.waitingLines.countDocuments()).toBe(0);
});
