import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

const shop = { name: 'Shop', email: 'hello@shop.test', replyTo: null, postalAddress: '1 High Street' };
const listed = async () => (await browser.get('/api/senders').expect(200)).body.rows;

test('the first sender is the default, until another is made it or it is removed', async () => {
  const { body: first } = await browser.post('/api/senders').send(shop).expect(200);
  expect(first).toMatchObject({ isDefault: true, limits: { perSecond: null, domains: [] }, paused: null });
  const { body: second } = await browser
    .post('/api/senders')
    .send({ ...shop, name: 'Club' })
    .expect(200);
  expect(second.isDefault).toBe(false);
  await browser.post(`/api/senders/${second.id}/default`).expect(200);
  expect(await listed()).toMatchObject([
    { name: 'Club', isDefault: true },
    { name: 'Shop', isDefault: false },
  ]);
  await browser.delete(`/api/senders/${second.id}`).expect(204);
  expect(await listed()).toMatchObject([{ name: 'Shop', isDefault: true }]);
  await browser.put(`/api/senders/${second.id}`).send(shop).expect(404);
});

describe('what a sender says of itself', () => {
  const limits = { perSecond: 20, domains: [{ domain: 'GMail.com ', perSecond: 5 }] };

  test('is kept, domains in lower case, with who changed it', async () => {
    const [{ id }] = await listed();
    const bounceAddress = 'bounces@mail.shop.test';
    await browser
      .put(`/api/senders/${id}`)
      .send({ ...shop, limits, bounceAddress })
      .expect(200);
    expect(await listed()).toMatchObject([
      { limits: { perSecond: 20, domains: [{ domain: 'gmail.com', perSecond: 5 }] }, bounceAddress },
    ]);
    const change = await api.base.models.changes.findOne({ subject: `sender:${id}`, verb: 'changed' }).lean();
    expect(change?.actor).toBe('user:Ada');
  });

  test.each([
    ['email', { email: 'nobody' }],
    ['postalAddress', { postalAddress: '' }],
    ['limits.perSecond', { limits: { perSecond: 0, domains: [] } }],
    ['limits.perSecond', { limits: { perSecond: 1.5, domains: [] } }],
    ['limits.domains.0.domain', { limits: { perSecond: null, domains: [{ domain: '@gmail', perSecond: 1 }] } }],
    ['bounceAddress', { bounceAddress: `${'b'.repeat(31)}@shop.test` }],
  ])('is refused with a problem that names %s', async (path, change) => {
    const { body } = await browser
      .post('/api/senders')
      .send({ ...shop, ...change })
      .expect(400);
    expect(body.errors).toMatchObject([{ path }]);
  });

  test('gives everyone who waits a new place when the limits change', async () => {
    const [{ id }] = await listed();
    const { waitingLines } = api.base.models;
    const until = new Date(Date.now() + 3_600_000);
    await waitingLines.insertMany([`${id}|`, `${id}|gmail.com`, 'other|'].map((_id) => ({ _id, until })));
    await browser
      .put(`/api/senders/${id}`)
      .send({ ...shop, name: 'Shop 2', limits })
      .expect(200);
    expect(await waitingLines.countDocuments()).toBe(3);
    await browser.put(`/api/senders/${id}`).send(shop).expect(200);
    expect((await waitingLines.find().lean()).map(({ _id }) => _id)).toEqual(['other|']);
  });
});

test('a paused sender is told of, and resumed by hand with who did it', async () => {
  const [{ id }] = await listed();
  const paused = { at: new Date(), response: '550 5.7.1 blocked' };
  await api.base.models.senders.updateOne({ _id: id }, { $set: { paused } });
  expect(await listed()).toMatchObject([{ paused: { at: paused.at.toISOString(), response: '550 5.7.1 blocked' } }]);
  const { body } = await browser.post(`/api/senders/${id}/resume`).expect(200);
  expect(body.paused).toBeNull();
  expect(await listed()).toMatchObject([{ paused: null }]);
  const change = await api.base.models.changes.findOne({ subject: `sender:${id}`, verb: 'resumed' }).lean();
  expect(change?.actor).toBe('user:Ada');
});
