import { expect, test } from 'vitest';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();
const { send, rowOf } = talk;

test('a mail put off by the server for a day is given up', async () => {
  const ada = await talk.world.person('Ada');
  talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
  await send(talk.world.open(talk.sink.url), [ada]);
  const dayAgo = new Date(Date.now() - 25 * 3_600_000);
  await talk.world.base.models.deliveries.updateOne({ _id: ada.key }, { $set: { refusedAt: dayAgo } });
  const later = (await send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key);
  expect(later).toEqual(settled('failed', 'smtp450'));
});

test.each(['its sender was paused', 'its journey was paused', 'its group stood still'])(
  'while %s, its server’s day does not run out',
  async (why) => {
    const ada = await talk.world.person('Ada');
    ada.message = { ...ada.message, lateness: { amount: 7, unit: 'day' } };
    const { models } = talk.world.base;
    talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    await send(talk.world.open(talk.sink.url), [ada]);
    const daysAgo = new Date(Date.now() - 72 * 3_600_000);
    await models.deliveries.updateOne({ _id: ada.key }, { $set: { refusedAt: daysAgo, dueAt: daysAgo } });
    const late = why === 'its group stood still';
    if (why === 'its sender was paused')
      await models.senders.updateOne({}, { $set: { paused: { at: new Date(), response: '550 5.7.1' } } });
    if (why === 'its journey was paused') await models.journeys.updateOne({}, { $set: { state: 'paused' } });
    if (!late) await send(talk.world.open(talk.sink.url), [ada], 'batch/2');
    await models.senders.updateOne({}, { $set: { paused: null } });
    await models.journeys.updateOne({}, { $set: { state: 'running' } });
    const again = late ? { ...ada, dueAt: daysAgo } : ada;
    const result = (await send(talk.world.open(talk.sink.url), [again], 'batch/3')).get(ada.key);
    expect(result).toMatchObject({ kind: 'deferred' });
    expect((await rowOf(ada))?.refusedAt?.getTime()).toBeGreaterThan(daysAgo.getTime());
  },
);

test('each time the server puts a mail off, it waits as long again as it has so far, at most an hour', async () => {
  const ada = await talk.world.person('Ada');
  talk.script.rcpt = () => ({ say: '451 4.3.0 try later' });
  for (const [minutes, least, most] of [
    [0, 22, 38],
    [10, 450, 750],
    [600, 2_700, 4_500],
  ] as const) {
    const refusedAt = new Date(Date.now() - minutes * 60_000);
    await talk.world.base.models.deliveries.updateOne({ _id: ada.key }, { $set: { refusedAt } });
    const result = (await send(talk.world.open(talk.sink.url), [ada], `after ${minutes}`)).get(ada.key);
    const seconds = result?.kind === 'deferred' ? (result.until.getTime() - Date.now()) / 1_000 : 0;
    expect(seconds).toBeGreaterThan(least);
    expect(seconds).toBeLessThan(most);
  }
});
