import { request } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ImportBody } from '#shared/api/imports.ts';
import { signedInOwner } from '../support/owner.ts';
import { openPasture, type Pasture } from '../support/pasture.ts';

let pasture: Pasture;
let owner: Awaited<ReturnType<typeof signedInOwner>>;
beforeAll(async () => {
  pasture = await openPasture();
  owner = await signedInOwner(pasture);
});
afterAll(() => pasture.close());

const mapping = {
  kind: 'contacts',
  email: '{{ mail }}',
  phone: '',
  userId: '',
  profile: { city: '{{ city }}' },
  tags: [],
};
const file = 'mail,city\nann@example.com,"Köln, am Rhein"\nnobody,"=1+1"\nbo@example.com,Bonn\ncy@example.com,"open\n';

async function upload(content: string): Promise<string> {
  const call = owner.post('/api/uploads?fileName=people.csv').type('text/csv');
  const { body } = await call.send(Buffer.from(content)).expect(200);
  expect(body).toMatchObject({ fileName: 'people.csv', encoding: 'utf-8', delimiter: ',', columns: ['mail', 'city'] });
  return body.id;
}

test('a file is uploaded, tried, imported by a worker, followed, and its bad rows are fetched', async () => {
  const plan = { upload: await upload(file), mapping, consent: { kind: 'all' }, source: 'fair' };
  const tried = await owner.post('/api/import-dry-runs').send(plan).expect(200);
  expect(tried.body).toMatchObject({ rows: 4, good: 2, bad: 2, newContacts: 2, knownContacts: 0, whole: true });
  const started = await owner.post('/api/imports').send(plan).expect(200);
  expect(started.body).toMatchObject({ state: 'running', rows: 0, source: 'fair' });
  const job = await vi.waitFor(async (): Promise<ImportBody> => {
    const { body } = await owner.get(`/api/imports/${started.body.id}`).expect(200);
    expect(body.state).toBe('done');
    return body;
  }, 60_000);
  expect(job).toMatchObject({ rows: 4, created: 2, bad: 2, readBytes: job.totalBytes });
  const errors = await owner.get(`/api/imports/${job.id}/errors.csv`).expect(200);
  expect(errors.headers['content-disposition']).toContain('errors.csv');
  expect(errors.text.replace('\ufeff', '')).toBe(
    [
      'line,reason,row',
      '3,"“nobody” is not an e-mail address.","nobody | =1+1"',
      '5,"A quote is opened and never closed.","cy@example.com,""open"',
      '',
    ].join('\r\n'),
  );
  const { body: people } = await owner.get('/api/contacts?limit=50').expect(200);
  expect(people.rows).toHaveLength(2);
});

test.each([
  ['a column that is not there', { mapping: { ...mapping, email: '{{ address }}' } }, 'mapping.email'],
  ['a trait of one', { mapping: { ...mapping, profile: { town: '{{ town }}' } } }, 'mapping.profile.town'],
  ['a consent column that is not there', { consent: { kind: 'column', column: 'ok' } }, 'consent.column'],
  ['no source', { source: '' }, 'source'],
  ['an unknown field', { mapping: { ...mapping, fax: '' } }, 'mapping.fax'],
])('a mapping with %s is refused, naming the field', async (_, wrong, path) => {
  const plan = {
    upload: await upload('mail,city\na@example.com,x\n'),
    mapping,
    consent: { kind: 'none' },
    source: 'fair',
  };
  for (const route of ['/api/import-dry-runs', '/api/imports']) {
    const { body, headers } = await owner
      .post(route)
      .send({ ...plan, ...wrong })
      .expect(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
  }
});

test('a file over the limit is refused before it is sent, and an empty one names what is missing', async () => {
  const key = await owner.post('/api/keys').send({ kind: 'api', name: 'Loader' }).expect(200);
  const authorization = `Bearer ${key.body.secret}`;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const announced = { authorization, 'content-type': 'text/csv', 'content-length': 1024 ** 3 + 1 };
    const call = request(`${pasture.url}/api/uploads?fileName=big.csv`, { method: 'POST', headers: announced });
    call.on('error', reject).on('response', (response) => {
      resolve(response.statusCode);
      call.destroy();
    });
    call.flushHeaders();
  });
  expect(status).toBe(413);
  await owner.post('/api/uploads?fileName=empty.csv').type('text/csv').send('').expect(400);
});
