import { nanoid } from 'nanoid';
import { afterAll, beforeAll, expect } from 'vitest';
import type { AnswerOf } from '#shared/api.ts';
import { createSecret, hashSecret } from '#engine/secrets.ts';
import { createWriteKey } from '../support/v1.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf } from './crowds.ts';
import { survives } from './journal.ts';

const REDEEMERS = 100;

let house: CrashHouse;
beforeAll(async () => {
  house = await openCrashHouse();
  await Promise.all([house.start('server-1'), house.start('server-2')]);
});
afterAll(() => house.close());

survives('200 redeemers of one code at once, by API and by event at two servers: one of them has it', async () => {
  const { engine, urls } = house;
  const { models } = engine;
  const crowds = crowdsOf(house);
  const writeKey = `wk_${nanoid()}`;
  await createWriteKey(engine, writeKey);
  const apiKey = createSecret();
  const key = { _id: nanoid(), kind: 'api' as const, name: 'Till', prefix: 'till', hash: hashSecret(apiKey) };
  await models.keys.create({ ...key, createdAt: new Date(), createdBy: 'test', lastUsedAt: null });
  const [contact = ''] = await crowds.agree(['holder']);
  const issued = { issue: 'run|coupon', contact, journey: 'journey', enrollment: 'run', step: 'coupon' };
  await models.coupons.create({
    ...issued,
    _id: 'RACED',
    pool: null,
    discount: { kind: 'percent', percent: 25 },
    issuedAt: new Date(),
    deadline: null,
    redeemedAt: null,
    redeemedBy: null,
    value: null,
  });

  const byApi = async (index: number): Promise<AnswerOf<'redeemCoupon'>> => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const url = `${urls[index % 2]}/api/coupons/RACED/redemption`;
    const answer = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const byEvent = async (index: number): Promise<void> => {
    const headers = { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      userId: `buyer-${index}`,
      event: 'Order Completed',
      properties: { coupon: 'raced' },
    });
    const answer = await fetch(`${urls[index % 2]}/v1/track`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  };
  const everyone = Array.from({ length: REDEEMERS }, (_, index) => index);
  const [answers] = await Promise.all([Promise.all(everyone.map(byApi)), Promise.all(everyone.map(byEvent))]);
  await crowds.eventsDone();

  const coupon = await models.coupons.findById('RACED').lean();
  expect(coupon?.redeemedAt).toBeInstanceOf(Date);
  const winners = answers.filter(({ redeemed }) => redeemed).length;
  expect(winners).toBe(coupon?.redeemedBy?.startsWith('key:Till') ? 1 : 0);
  const losers = answers.filter(({ redeemed }) => !redeemed);
  expect(new Set(losers.map(({ reason }) => reason))).toEqual(new Set(['alreadyRedeemed']));
  expect(await models.events.countDocuments({ name: 'Coupon Redeemed' })).toBe(1);
  expect(await models.events.countDocuments({ name: 'Order Completed', dispatch: 'done' })).toBe(REDEEMERS);
});
