import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw, says, step } from '../../support/drawing.ts';
import { travellersOf } from '../../support/travellers.ts';
import { openWholeApi, type WholeApi } from '../../support/whole-api.ts';

let api: WholeApi;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  api = await openWholeApi();
  travellers = travellersOf(api.engine);
});
afterAll(() => api.engine.close());

const hour = { kind: 'after', duration: { amount: 1, unit: 'hour' } } as const;
const waiting = () =>
  draw([step('pause', 'wait', { until: hour }), step('end', 'exit')], ['pause -> end'], {
    reentry: { kind: 'afterEnd' },
  });
const enter = (journey: string, contact: string, key: string = api.once()) =>
  api.browser.post(`/api/journeys/${journey}/enrollments`).set('Idempotency-Key', key).send({ contact });
const report = async (journey: string) => (await api.browser.get(`/api/journeys/${journey}/report`).expect(200)).body;

describe('entering a journey by the API', () => {
  test('takes a contact in, and a repeat of the same call answers the same run', async () => {
    const journey = await api.engine.publish(waiting());
    const contact = await api.engine.contact();
    const key = api.once();
    const { body: first } = await enter(journey, contact, key).expect(200);
    expect(first).toEqual({ entered: true, enrollment: expect.stringContaining(contact) });
    expect((await enter(journey, contact, key).expect(200)).body).toEqual(first);
    // Another call while they are inside takes nobody in.
    expect((await enter(journey, contact).expect(200)).body).toEqual({ entered: false, enrollment: null });
    await travellers.waits(first.enrollment);
    expect(await report(journey)).toMatchObject({ entered: 1, waiting: 1 });
  });

  test('takes in the older of two merged contacts by the younger’s id', async () => {
    const journey = await api.engine.publish(waiting());
    const [older, younger] = [await api.engine.contact(), await api.engine.contact()];
    await api.engine.models.contacts.updateOne({ _id: younger }, { $set: { mergedInto: older, clock: null } });
    const { body } = await enter(journey, younger).expect(200);
    expect(await travellers.row(body.enrollment)).toMatchObject({ contact: older });
  });

  test('is refused for nobody, for no journey, for one that does not run, and without a session or key', async () => {
    const journey = await api.engine.publish(waiting());
    const contact = await api.engine.contact();
    const { body } = await enter(journey, 'nobody').expect(400);
    expect(body.errors).toMatchObject([{ path: 'contact' }]);
    await enter('nothing', contact).expect(404);
    await request(api.app).post(`/api/journeys/${journey}/enrollments`).send({ contact }).expect(401);
    await api.browser.post(`/api/journeys/${journey}/pause`).send({}).expect(200);
    await enter(journey, contact).expect(409);
    expect(await api.engine.models.enrollments.countDocuments({ journey })).toBe(0);
  });
});

test('a person is taken out by hand once, the journey says who did it, and they may come again', async () => {
  const journey = await api.engine.publish(waiting());
  const contact = await api.engine.contact();
  const { enrollment } = (await enter(journey, contact)).body;
  await travellers.waits(enrollment);
  const path = `/api/enrollments/${encodeURIComponent(enrollment)}`;
  expect((await api.browser.delete(path).expect(200)).body).toEqual({ exited: true });
  expect((await api.browser.delete(path).expect(200)).body).toEqual({ exited: false });
  await api.browser.delete('/api/enrollments/nothing').expect(404);
  expect(await report(journey)).toMatchObject({ entered: 1, waiting: 0, exited: 1 });
  const noted = await api.engine.models.changes.find({ subject: `enrollment:${enrollment}` }).lean();
  expect(noted.map(({ verb }) => verb).toSorted()).toEqual(['entered', 'exited']);
  expect((await enter(journey, contact)).body).toMatchObject({ entered: true });
});

describe('who is parked at an empty pool', () => {
  async function parked() {
    const { body: pool } = await api.browser
      .post('/api/coupon-pools')
      .send({ name: api.once(), codes: [`FIRST-${api.once()}`] })
      .expect(200);
    const gift = step('gift', 'coupon', {
      codes: { kind: 'pool', pool: pool.id },
      message: says('A gift', '{{ coupon.code }}'),
      deadline: hour,
    });
    const journey = await api.engine.publish(
      draw([gift, step('end', 'exit'), step('late', 'exit')], ['gift.redeemed -> end', 'gift.expired -> late']),
    );
    const lucky = (await enter(journey, await api.engine.contact())).body.enrollment;
    await travellers.waits(lucky);
    const { enrollment } = (await enter(journey, await api.engine.contact())).body;
    await travellers.until(enrollment, { state: 'failed', ending: { code: 'emptyPool' } });
    return { pool, journey, lucky, enrollment, path: `/api/enrollments/${encodeURIComponent(enrollment)}` };
  }

  test('goes on when tried again after more codes have come', async () => {
    const { pool, journey, enrollment, path } = await parked();
    const more = { name: pool.name, codes: [`SECOND-${api.once()}`] };
    await api.browser.post('/api/coupon-pools').send(more).expect(200);
    expect((await api.browser.post(`${path}/retry`).send({}).expect(200)).body).toEqual({ retried: true });
    await travellers.waits(enrollment);
    await api.browser.post(`${path}/retry`).send({}).expect(409);
    expect(await report(journey)).toMatchObject({ entered: 2, waiting: 2, failed: 0 });
  });

  test('is taken past the step by a way out that it has, and by no other', async () => {
    const { journey, enrollment, path } = await parked();
    const { body } = await api.browser.post(`${path}/skip`).send({ outcome: 'sideways' }).expect(400);
    expect(body.errors).toMatchObject([{ path: 'outcome' }]);
    expect((await api.browser.post(`${path}/skip`).send({ outcome: 'expired' })).body).toEqual({ skipped: true });
    await travellers.completes(enrollment);
    expect(await travellers.way(enrollment)).toEqual(['gift.redemption.expired', 'late.end']);
    expect(await report(journey)).toMatchObject({ entered: 2, waiting: 1, completed: 1, failed: 0 });
  });

  test('is taken out by hand, and can be neither tried again nor skipped then', async () => {
    const { journey, path } = await parked();
    expect((await api.browser.delete(path).expect(200)).body).toEqual({ exited: true });
    await api.browser.post(`${path}/retry`).send({}).expect(409);
    await api.browser.post(`${path}/skip`).send({ outcome: 'expired' }).expect(409);
    expect(await report(journey)).toMatchObject({ entered: 2, waiting: 1, exited: 1, failed: 0 });
  });

  test('leaves the holder of a code free to redeem it, once, who then goes on by "redeemed"', async () => {
    const { lucky } = await parked();
    const coupon = await api.engine.models.coupons.findOne({ enrollment: lucky }).lean();
    const path = `/api/coupons/${coupon?._id.toLowerCase()}/redemption`;
    const key = api.once();
    const value = { amount: 45.5, currency: 'eur' };
    const redeem = (idempotencyKey: string) =>
      api.browser.post(path).set('Idempotency-Key', idempotencyKey).send({ value }).expect(200);
    const { body: first } = await redeem(key);
    expect(first).toMatchObject({ redeemed: true, reason: 'redeemed', contact: coupon?.contact });
    expect((await redeem(key)).body).toEqual(first);
    expect((await redeem(api.once())).body).toMatchObject({ redeemed: false, reason: 'alreadyRedeemed' });
    await travellers.completes(lucky);
    expect(await travellers.way(lucky)).toEqual(['gift.issued', 'gift.redemption.redeemed', 'end.end']);
    const kept = await api.engine.models.coupons.findById(coupon?._id).lean();
    expect(kept).toMatchObject({ value: { minor: 4_550, currency: 'EUR' } });
  });
});

test('a pool made by several at once is one, with the codes of all', async () => {
  const name = `Rush ${api.once()}`;
  const made = await Promise.all(
    Array.from({ length: 6 }, (_, nth) =>
      api.browser.post('/api/coupon-pools').send({ name: nth % 2 ? name : ` ${name} `, codes: [`${name}-${nth}`] }),
    ),
  );
  expect(made.map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  expect(await api.engine.models.coupons.countDocuments({ pool: made[0]?.body.id })).toBe(6);
  expect(await api.engine.models.couponPools.countDocuments({ name })).toBe(1);
});

test('pools list their codes, count what is new and what is left, and refuse what is no pool', async () => {
  const name = api.once();
  const codes = ['AAA-1', 'AAA-2', 'aaa-2 '].map((code) => `${name}-${code}`);
  const { body } = await api.browser.post('/api/coupon-pools').send({ name, codes }).expect(200);
  expect(body).toMatchObject({ name, total: 2, left: 2, added: 2, duplicates: 1 });
  const { body: again } = await api.browser.post('/api/coupon-pools').send({ name, codes }).expect(200);
  expect(again).toMatchObject({ id: body.id, total: 2, added: 0, duplicates: 3 });
  const { body: list } = await api.browser.get('/api/coupon-pools').expect(200);
  expect(list.rows).toContainEqual(expect.objectContaining({ id: body.id, total: 2, left: 2 }));
  await api.browser.post('/api/coupon-pools').send({ name, codes: [] }).expect(400);
  await api.browser.post('/api/coupon-pools').send({ name: '', codes }).expect(400);
});

test('a code nobody knows, one nobody holds, and one that is over are told apart', async () => {
  const name = api.once();
  await api.browser
    .post('/api/coupon-pools')
    .send({ name, codes: [`${name}-FREE`] })
    .expect(200);
  const redeem = async (code: string) => (await api.browser.post(`/api/coupons/${code}/redemption`).expect(200)).body;
  expect(await redeem('NO-SUCH-CODE')).toMatchObject({ redeemed: false, reason: 'unknownCode', contact: null });
  expect(await redeem(`${name}-FREE`)).toMatchObject({ redeemed: false, reason: 'notIssued' });
  const over = { contact: 'someone', enrollment: 'x', step: 'gift', deadline: new Date(Date.now() - 1_000) };
  await api.engine.models.coupons.collection.insertOne({
    _id: `${name}-OVER`.toUpperCase(),
    redeemedAt: null,
    ...over,
  } as never);
  expect(await redeem(`${name}-OVER`)).toMatchObject({ redeemed: false, reason: 'expired' });
});
