import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDrawing } from '#shared/journey.ts';
import { silentBuyers } from '#shared/templates/silent-buyers.ts';
import { openApi } from '../../support/api.ts';
import { publishedExample } from '../../support/runs.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

test('a published version is shown as it was drawn, whatever the draft has become', async () => {
  const journey = await publishedExample(api.base.models);
  await browser.put(`/api/journeys/${journey}/drawing`).send({ revision: 1, drawing: emptyDrawing }).expect(200);
  const { body } = await browser.get(`/api/journeys/${journey}/plans/1/drawing`).expect(200);
  expect(body).toMatchObject({ version: 1, drawing: silentBuyers('silent') });
  await browser.get(`/api/journeys/${journey}/plans/2/drawing`).expect(404);
  await browser.get(`/api/journeys/${journey}/plans/x/drawing`).expect(404);
  await browser.get('/api/journeys/nothing/plans/1/drawing').expect(404);
});

test('a version published before drawings were kept is shown by the draft', async () => {
  const journey = await publishedExample(api.base.models);
  await api.base.models.plans.updateOne({ _id: `${journey}/v1` }, { $unset: { drawing: 1 } });
  const { body } = await browser.get(`/api/journeys/${journey}/plans/1/drawing`).expect(200);
  expect(body.drawing).toEqual(silentBuyers('silent'));
});

test('the versions of a journey say how many people are inside each', async () => {
  const journey = await publishedExample(api.base.models);
  const { body } = await browser.get(`/api/journeys/${journey}/plans`).expect(200);
  expect(body.rows).toMatchObject([{ version: 1, inside: 0 }]);
  await browser.get('/api/journeys/nothing/plans').expect(404);
});
