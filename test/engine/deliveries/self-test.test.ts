import { expect, test } from 'vitest';
import type { Models } from '#engine/models/index.ts';
import { createDeliveries } from '#engine/deliveries/deliveries.ts';
import { selfTest } from '#engine/deliveries/self-test.ts';
import { createSettings } from '#engine/settings.ts';
import { GROUP } from '../../support/mail-room.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';

const talk = mailTalk();

/** The counters of a database in which everyone who claims a row is told that they won. */
function lyingCounters({ counters }: Models): Models['counters'] {
  const collection = new Proxy(counters.collection, {
    get: (rows, name) =>
      name === 'updateMany' ? () => Promise.resolve({ modifiedCount: 1 }) : Reflect.get(rows, name).bind(rows),
  });
  return new Proxy(counters, {
    get: (model, name) => (name === 'collection' ? collection : Reflect.get(model, name)),
  });
}

test('a database in which one claim wins passes the self-test, and nothing of it stays', async () => {
  const { models } = talk.world.base;
  expect(await selfTest(models)).toEqual({ allowed: true, reason: null });
  expect(await models.counters.countDocuments({ _id: /^self-test/ })).toBe(0);
});

test('a database in which two claims win gets no real mail out, and people stay where they are', async () => {
  const { base, plan } = talk.world;
  const ada = await talk.world.person('Ada');
  const models = { ...base.models, counters: lyingCounters(base.models) };
  const config = { ...base.config, SMTP_URL: talk.sink.url };
  const settings = createSettings(base.models);
  const room = createDeliveries({ ...base, models, config }, { settings, record: async () => undefined });
  expect(await room.selfTest()).toMatchObject({ allowed: false });
  const batch = { plan, group: GROUP, token: 'batch/1', outgoing: [ada] };
  await expect(room.send(batch)).rejects.toThrow('two claims of one row');
  expect(talk.sink.connections()).toBe(0);
  expect(await talk.rowOf(ada)).toMatchObject({ state: 'claimed' });
  room.close();
  expect((await talk.send(talk.world.open(talk.sink.url), [ada], 'batch/2')).get(ada.key)).toEqual(settled('sent'));
});
