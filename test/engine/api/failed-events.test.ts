import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';
import { storedEvent } from '../../support/ingest.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

test('dead events are listed with their reason, newest first, page by page, and can be tried again once', async () => {
  const { events } = api.base.models;
  const dead = (hour: number) =>
    storedEvent('ann', {
      _id: `dead/${hour}`,
      dispatch: 'dead',
      attempts: 10,
      reason: 'It does not work.',
      receivedAt: new Date(Date.UTC(2026, 0, 1, hour)),
    });
  await events.insertMany([dead(1), dead(3), dead(2), storedEvent('ann')]);
  const { body: first } = await browser.get('/api/failed-events?limit=2').expect(200);
  expect(first.rows).toMatchObject([
    { id: 'dead/3', kind: 'dead', name: 'Order Completed', reason: 'It does not work.', attempts: 10 },
    { id: 'dead/2' },
  ]);
  const { body: second } = await browser.get(`/api/failed-events?limit=2&cursor=${first.cursor}`).expect(200);
  expect(second).toMatchObject({ rows: [{ id: 'dead/1' }], cursor: null, total: 3 });
  await browser.post('/api/failed-events/dead%2F3/attempt').expect(204);
  await browser.post('/api/failed-events/dead%2F3/attempt').expect(404);
  expect(await events.findById('dead/3').lean()).toMatchObject({ dispatch: 'pending', attempts: 0 });
  expect(await api.base.models.changes.findOne({ verb: 'retried' }).lean()).toMatchObject({
    actor: 'user:Ada',
    subject: 'event:dead/3',
  });
});

test('calls refused out of a batch are listed with what they were', async () => {
  const refused = { _id: 'r', body: '{"type":"dance"}', reason: 'type must be track', source: 'Shop' };
  await api.base.models.rejectedEvents.create({ ...refused, receivedAt: new Date() });
  const { body } = await browser.get('/api/failed-events?kind=rejected').expect(200);
  expect(body).toMatchObject({ rows: [{ id: 'r', kind: 'rejected', body: '{"type":"dance"}' }], total: 1 });
  await browser.get('/api/failed-events?kind=sad').expect(400);
});
