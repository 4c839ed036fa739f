import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
});
afterAll(() => api.close());

test('an API key opens the API until it is revoked, and its secret is stored nowhere', async () => {
  const { body: key } = await browser.post('/api/keys').send({ kind: 'api', name: 'Shop' }).expect(200);
  const authorization = `Bearer ${key.secret}`;
  await api.browser().get('/api/settings').set('Authorization', authorization).expect(200);
  const stored = await api.base.models.keys.findById(key.id).lean();
  expect(JSON.stringify(stored)).not.toContain(key.secret);
  expect(stored?.lastUsedAt).toBeInstanceOf(Date);
  const { body: listed } = await browser.get('/api/keys').expect(200);
  expect(listed.rows).toHaveLength(1);
  expect(JSON.stringify(listed)).not.toContain(key.secret);
  await browser.delete(`/api/keys/${key.id}`).expect(204);
  await api.browser().get('/api/settings').set('Authorization', authorization).expect(401);
  await browser.delete(`/api/keys/${key.id}`).expect(404);
});

test('a write key does not open the API', async () => {
  const { body: key } = await browser.post('/api/keys').send({ kind: 'write', name: 'Web site' }).expect(200);
  await api.browser().get('/api/settings').set('Authorization', `Bearer ${key.secret}`).expect(401);
});

test.each(['pasture', ' Pasture '])(
  'a write key may not be called %j, as the product’s own events are',
  async (name) => {
    const { body } = await browser.post('/api/keys').send({ kind: 'write', name }).expect(400);
    expect(body.errors).toEqual([{ path: 'name', message: expect.stringContaining('choose another name') }]);
    await browser.post('/api/keys').send({ kind: 'api', name }).expect(200);
  },
);

test('a change made with a key names that key', async () => {
  const { body: key } = await browser.post('/api/keys').send({ kind: 'api', name: 'Robot' }).expect(200);
  const settings = { company: 'Shop', timeZone: 'Asia/Shanghai', currency: 'CNY', stageRules: [] };
  await api.browser().put('/api/settings').set('Authorization', `Bearer ${key.secret}`).send(settings).expect(200);
  const change = await api.base.models.changes.findOne({ subject: 'settings' }).lean();
  expect(change).toMatchObject({ actor: 'key:Robot', verb: 'changed' });
});
