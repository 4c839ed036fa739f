import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '#engine/deliveries/ledger.ts';
import type { Models } from '#engine/models/index.ts';
import { nativeOf } from '#engine/models/native.ts';
import { openModels } from '../../support/mongo.ts';
import { storedDelivery } from '../../support/stored-delivery.ts';

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;
beforeAll(async () => {
  database = await openModels();
  models = database.models;
});
afterAll(() => database.close());

it('gates and results that come together are each answered by their own row', async () => {
  const { gate, settle } = createLedger(models, pino({ level: 'silent' }));
  await nativeOf(models.deliveries).insertMany([
    storedDelivery({ _id: 'mine', token: 'me' }),
    storedDelivery({ _id: 'taken over', token: 'another' }),
    storedDelivery({ _id: 'under way', token: 'me', state: 'data_started' }),
    storedDelivery({ _id: 'suppressed meanwhile', token: 'me', state: 'suppressed', reason: 'unsubscribed' }),
  ]);
  const sent = { state: 'sent', reason: null } as const;
  const arrived = (key: string) => settle({ key, token: 'me', from: ['data_started', 'unknown'], set: sent });
  expect(
    await Promise.all([
      gate({ key: 'mine', token: 'me' }),
      gate({ key: 'taken over', token: 'me' }),
      gate({ key: 'suppressed meanwhile', token: 'me' }),
      arrived('under way'),
      arrived('suppressed meanwhile'),
      arrived('gone with its contact'),
    ]),
  ).toMatchObject([
    true,
    false,
    false,
    sent,
    { state: 'suppressed', reason: 'unsubscribed' },
    { state: 'skipped', reason: 'deleted' },
  ]);
  expect(await gate({ key: 'mine', token: 'me' }), 'only once').toBe(false);
  const states = await models.deliveries.find({}, { state: 1 }).sort({ _id: 1 }).lean();
  expect(states.map(({ _id, state }) => [_id, state])).toEqual([
    ['mine', 'data_started'],
    ['suppressed meanwhile', 'suppressed'],
    ['taken over', 'claimed'],
    ['under way', 'sent'],
  ]);
});
