import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, owner } from '../../support/api.ts';

type Api = Awaited<ReturnType<typeof openApi>>;

describe('the owner', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  test('is nobody until someone comes with the printed link', async () => {
    const { body } = await api.browser().get('/api/session').expect(200);
    expect(body).toEqual({ user: null, hasOwner: false });
    await api
      .browser()
      .post('/api/owner')
      .send({ ...owner, token: 'made-up-by-someone' })
      .expect(403);
  });

  test('is created once by the link, signed in, and stored without the password', async () => {
    const browser = api.browser();
    const created = await browser
      .post('/api/owner')
      .send({ ...owner, token: api.token })
      .expect(200);
    expect(created.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Lax$/);
    const { body } = await browser.get('/api/session').expect(200);
    expect(body).toEqual({ user: { id: 'owner', email: owner.email, name: owner.name }, hasOwner: true });
    const stored = await api.base.models.users.findById('owner').lean();
    expect(stored?.password).toMatch(/^scrypt\$/);
    const again = await api
      .browser()
      .post('/api/owner')
      .send({ ...owner, email: 'eve@example.com', token: api.token });
    expect(again.status).toBe(409);
    expect(await api.base.models.users.countDocuments()).toBe(1);
  });

  test('signs in with the password and no other, and out again for good', async () => {
    const browser = api.browser();
    await browser.post('/api/session').send({ email: owner.email, password: 'wrong' }).expect(401);
    const signedIn = await browser.post('/api/session').send({ email: ' ADA@example.com', password: owner.password });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    await browser.get('/api/settings').expect(200);
    await browser.delete('/api/session').expect(204);
    await api.browser().get('/api/settings').set('Cookie', cookie).expect(401);
  });
});

test('ten wrong passwords close the door for a while, and the answer says how long', async () => {
  const api = await openApi();
  await api.signedIn();
  const tries = await Promise.all(
    Array.from({ length: 11 }, () =>
      api.browser().post('/api/session').send({ email: owner.email, password: 'wrong' }),
    ),
  );
  const statuses = tries.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  const refused = tries.find(({ status }) => status === 429);
  expect(refused?.headers['content-type']).toContain('application/problem+json');
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(60);
  await api.browser().post('/api/session').send({ email: owner.email, password: owner.password }).expect(429);
  await api.close();
});

test("another site's page cannot change anything in the owner's name", async () => {
  const api = await openApi();
  const browser = await api.signedIn();
  const settings = { company: 'Shop', timeZone: 'UTC', currency: 'EUR', stageRules: [] };
  await browser.put('/api/settings').set('Sec-Fetch-Site', 'cross-site').send(settings).expect(403);
  await browser.put('/api/settings').set('Origin', 'https://evil.example').send(settings).expect(403);
  await browser.put('/api/settings').set('Sec-Fetch-Site', 'same-origin').send(settings).expect(200);
  await api.close();
});

test('the cookie travels only encrypted where the public address is https', async () => {
  const api = await openApi({ PUBLIC_URL: 'https://pasture.example.com' });
  const { headers } = await api
    .browser()
    .post('/api/owner')
    .send({ ...owner, token: api.token });
  expect(headers['set-cookie']?.[0]).toContain('Secure');
  await api.close();
});
