import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '#shared/delivery.ts';
import { openApi } from '../../support/api.ts';
import { storedDelivery } from '../../support/stored-delivery.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
  const states: Delivery['state'][] = ['unknown', 'unknown', 'sent', 'deferred'];
  await api.base.models.deliveries.insertMany(
    states.map((state, nth) =>
      storedDelivery({
        _id: `d${nth}`,
        journey: nth === 1 ? 'other' : 'journey',
        plan: 'plan',
        step: 'hello',
        enrollment: `run${nth}`,
        address: `person${nth}@people.test`,
        state,
        reason: state === 'unknown' ? 'noAnswer' : null,
        updatedAt: new Date(nth),
      }),
    ),
  );
});
afterAll(() => api.close());

const listed = async (query: object) => (await browser.get('/api/deliveries').query(query).expect(200)).body;

test('deliveries are listed by state and journey, newest first, page by page', async () => {
  expect((await listed({})).rows.map(({ id }: { id: string }) => id)).toEqual(['d3', 'd2', 'd1', 'd0']);
  expect(await listed({ state: 'unknown', journey: 'journey' })).toMatchObject({
    total: 1,
    rows: [{ id: 'd0', address: 'person0@people.test', reason: 'noAnswer', actor: null, resentAs: null }],
  });
  const first = await listed({ limit: 3 });
  expect((await listed({ limit: 3, cursor: first.cursor })).rows).toMatchObject([{ id: 'd0' }]);
});

test('the unknown ones are decided by hand, each naming who did, and only they', async () => {
  const decide = (body: object) => browser.post('/api/deliveries/resolution').send(body);
  const these = { kind: 'these', ids: ['d0', 'd2', 'd3'] };
  expect((await decide({ chosen: these, outcome: 'sent' }).expect(200)).body).toEqual({ resolved: 1 });
  expect(await listed({ state: 'sent' })).toMatchObject({
    rows: [
      { id: 'd0', reason: 'byHand', actor: 'user:Ada' },
      { id: 'd2', actor: null },
    ],
  });
  const ofOther = { kind: 'unknown', journey: 'other' };
  expect((await decide({ chosen: ofOther, outcome: 'failed' }).expect(200)).body).toEqual({ resolved: 1 });
  expect(await api.base.models.changes.countDocuments({ actor: 'user:Ada', verb: /^decided/ })).toBe(2);
});

test('a wrong decision is a problem that names its field', async () => {
  const chosen = { kind: 'these', ids: [] };
  const { body } = await browser
    .post('/api/deliveries/resolution')
    .send({ chosen, outcome: 'lost' })
    .expect(400)
    .expect('content-type', /problem\+json/);
  expect(body.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual(['chosen.ids', 'outcome']);
  await api.browser().post('/api/deliveries/resends').send({ chosen }).expect(401);
});

test('what has no person any more is sent to nobody again, and it is said', async () => {
  const chosen = { kind: 'these', ids: ['d0', 'd1'] };
  const { body } = await browser.post('/api/deliveries/resends').send({ chosen }).expect(200);
  const impossible = { contactGone: 1, messageGone: 0, test: 0, repeated: 0 };
  expect(body).toEqual({ outcomes: {}, left: 0, impossible });
});
