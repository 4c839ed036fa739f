import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
  await api.base.models.inbox.insertMany(
    Array.from({ length: 5 }, (_, nth) => ({
      _id: `mail${nth}`,
      receivedAt: new Date(1_000 * (nth < 2 ? 1 : nth)),
      messageId: '',
      from: 'hello@shop.test',
      to: [`person${nth}@people.test`],
      subject: `Offer (${nth})`,
      headers: [{ name: 'List-Id', value: 'x' }],
      html: '<p onclick="evil()">Hi</p><script>evil()</script><img src="https://spy.test/x.gif">',
      text: 'Hi',
      raw: '',
      key: null,
    })),
  );
});
afterAll(() => api.close());

const ids = ({ rows }: { rows: { id: string }[] }) => rows.map(({ id }) => id);

test('mails come newest first, page by page, none twice and none left out', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body }: { body: { total: number; rows: { id: string }[]; cursor: string | null } } = await browser
      .get('/api/inbox')
      .query({ limit: 2, ...(cursor && { cursor }) });
    expect(body.total).toBe(5);
    seen.push(...ids(body));
    cursor = body.cursor;
  }
  expect(seen).toEqual(['mail4', 'mail3', 'mail2', 'mail1', 'mail0']);
});

test('a search finds subjects and addresses, whatever their case, and takes no pattern', async () => {
  const found = async (search: string) => ids((await browser.get('/api/inbox').query({ search }).expect(200)).body);
  expect(await found('PERSON3')).toEqual(['mail3']);
  expect(await found('(2)')).toEqual(['mail2']);
  expect(await found('.*')).toEqual([]);
});

test('a mail is shown without anything that runs or spies', async () => {
  const { body } = await browser.get('/api/inbox/mail1').expect(200);
  expect(body).toMatchObject({ subject: 'Offer (1)', text: 'Hi', headers: [{ name: 'List-Id', value: 'x' }] });
  expect(body.html).toContain('Hi');
  expect(body.html).not.toMatch(/evil|spy\.test/);
});

test('what is not there is a problem of its own kind', async () => {
  await browser.get('/api/inbox/nothing').expect(404);
  const { body } = await browser.get('/api/inbox').query({ cursor: 'yesterday' }).expect(400);
  expect(body.errors).toMatchObject([{ path: 'cursor' }]);
  await api.browser().get('/api/inbox').expect(401);
});
