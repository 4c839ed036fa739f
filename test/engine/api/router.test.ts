import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

test('everything but the session itself needs to be signed in', async () => {
  for (const path of ['/api/settings', '/api/keys', '/api/journeys', '/api/journeys/x/live', '/metrics']) {
    const answer = await api.browser().get(path);
    expect([path, answer.status]).toEqual([path, 401]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  }
});

test('a wrong request is answered by what is wrong with each field', async () => {
  const condition = {
    kind: 'all',
    of: [{ kind: 'count', event: 'Order Completed', comparison: 'exactly', times: -1 }],
  };
  const { status, body, headers } = await browser.post('/api/segments').send({ name: '', condition, colour: 'red' });
  expect(status).toBe(400);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(body).toMatchObject({ type: 'about:blank', status: 400 });
  expect(body.errors).toEqual([
    { path: 'name', message: 'must not be empty' },
    { path: 'condition.of.0.times', message: 'must be at least 0' },
    { path: 'colour', message: 'is not known here; leave it out' },
  ]);
});

test('a query is checked like a body', async () => {
  const { status, body } = await browser.get('/api/contacts?limit=1000');
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ path: 'limit', message: 'must be at most 200' }]);
});

test('JSON that is none is a 400, a huge body a 413, an unknown address a 404', async () => {
  const broken = await browser.post('/api/keys').set('Content-Type', 'application/json').send('{"kind":');
  expect([broken.status, broken.body.title]).toEqual([400, 'The body is not valid JSON.']);
  const huge = await browser.post('/api/keys').send({ kind: 'api', name: 'x'.repeat(3_000_000) });
  expect(huge.status).toBe(413);
  const nowhere = await browser.get('/api/nowhere');
  expect(nowhere.status).toBe(404);
  expect(nowhere.headers['content-type']).toContain('application/problem+json');
});

test('what nobody foresaw stays inside', async () => {
  const { body: journey } = await browser.post('/api/journeys').send({ name: 'Drawn' }).expect(200);
  // Nothing here turns journeys, so this throws what no route expects.
  const { status, body, headers } = await browser.post(`/api/journeys/${journey.id}/pause`);
  expect([status, headers['content-type']]).toEqual([500, 'application/problem+json; charset=utf-8']);
  expect(body).toEqual({ type: 'about:blank', title: expect.stringContaining('has been logged'), status: 500 });
});

test('the API describes itself as OpenAPI 3.1, without being asked who asks', async () => {
  const { body } = await api.browser().get('/api/openapi.json').expect(200);
  expect(body.openapi).toBe('3.1.0');
  expect(body.paths['/journeys/{id}/drawing'].put.operationId).toBe('saveJourney');
  expect(body.paths['/journeys/{id}/live'].get).toBeDefined();
});

test('pages may load scripts and pictures of this host only', async () => {
  const { headers } = await api.browser().get('/healthz').expect(200);
  expect(headers['content-security-policy']).toContain("script-src 'self';");
  expect(headers['content-security-policy']).toContain("img-src 'self' data: blob:");
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('readiness says which server is missing', async () => {
  const { body } = await api.browser().get('/readyz').expect(503);
  expect(body).toEqual({ status: 'unready', mongo: true, temporal: false });
});

test('metrics are for whoever holds a key', async () => {
  const { text } = await browser.get('/metrics').expect(200);
  expect(text).toContain('pasture_mails{state="sent"} 0');
  expect(text).toContain('process_cpu_seconds_total');
});
