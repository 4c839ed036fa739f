import { Readable } from 'node:stream';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileContent } from '#engine/channels/email/compile-content.ts';
import { fill, TemplateFault } from '#engine/channels/email/liquid.ts';
import { createImports } from '#engine/imports/imports.ts';
import { openApi } from '../support/api.ts';
import { peopleParts } from '../support/people-parts.ts';
import { openV1, type V1 } from '../support/v1.ts';

const LEVELS = 100_000;
const deepList = `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`;
const rtl = 'abc\u202Egpj.exe';

let v1: V1;
let api: Awaited<ReturnType<typeof openApi>>;
let owner: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  [v1, api] = await Promise.all([openV1(), openApi()]);
  owner = await api.signedIn();
});
afterAll(async () => {
  await v1.close();
  await api.close();
});

describe('the tracking API', () => {
  it('names the call of a batch that nests 100,000 levels deep, and takes the others', async () => {
    const good = { type: 'track', userId: 'deep', event: 'Seen', messageId: 'beside-the-deep' };
    const bad = `{"type":"track","userId":"deep","event":"Seen","properties":{"a":${deepList}}}`;
    const answer = await v1.post('/batch', `{"batch":[${bad},${JSON.stringify(good)}]}`);
    expect(answer).toMatchObject({ status: 200, body: { rejected: [{ index: 0 }] } });
    expect(await v1.models.events.countDocuments({ _id: good.messageId })).toBe(1);
  });

  it('refuses a property of a megabyte, and operators where ids belong', async () => {
    const large = { userId: 'u', event: 'Seen', properties: { note: 'x'.repeat(1_000_000) } };
    expect((await v1.post('/track', large)).status).toBe(413);
    expect((await v1.post('/track', { userId: { $ne: null }, event: 'Seen' })).status).toBe(400);
    expect((await v1.post('/track', { userId: 'u', event: { $gt: '' } })).status).toBe(400);
    expect((await v1.post('/track', '{"userId":"u","event":"Seen","__proto__":{"a":1}}')).status).toBe(200);
  });
});

describe('the API', () => {
  it.each([
    ['operators', '{"$ne":null}'],
    ['a prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'],
    ['100,000 levels', `{"profile":{"a":${deepList}}}`],
    ['a list', '[]'],
    ['text', '"x"'],
    ['nothing', 'null'],
  ])('answers a body of %s by what is wrong with it, on every route that takes one', async (_, body) => {
    for (const [method, path] of [
      ['post', '/contacts'],
      ['post', '/keys'],
      ['put', '/settings'],
      ['post', '/journeys'],
    ] as const) {
      const answer = await owner[method](`/api${path}`).type('json').send(body);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.type).toBe('application/problem+json');
    }
  });

  it('finds nothing under ids and cursors that are no such thing', async () => {
    for (const id of ['$ne', '__proto__', '%00', '%ED%A0%80', encodeURIComponent(rtl), 'x'.repeat(5_000)])
      expect([400, 404]).toContain((await owner.get(`/api/contacts/${id}`)).status);
    for (const query of ['search[$ne]=1', 'cursor=%00', 'search=%00%E2%80%AE', 'limit[$gt]=0', 'cursor=$where'])
      expect([query, (await owner.get(`/api/contacts?${query}`)).status]).not.toEqual([query, 500]);
  });

  it('keeps hostile traits under harmless names, and hostile text as text', async () => {
    const profile = '{"$where":"1","a.b":1,"nul":"a\\u0000b","ha\\u0000lf":"\\ud800x","__proto__":"admin"}';
    const made = await owner
      .post('/api/contacts')
      .type('json')
      .send(`{"email":"evil@example.com","profile":${profile},"tags":["${rtl}"]}`)
      .expect(200);
    const stored = await api.base.models.contacts.findById(made.body.id).lean();
    expect(stored?.profile).toEqual({ _where: '1', a_b: 1, nul: 'ab', half: '\uFFFDx' });
    expect(stored?.tags).toEqual([rtl]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    for (const email of ['a@example.com,b@example.com', 'a@example.com\r\nBcc: c@example.com'])
      expect((await owner.post('/api/contacts').send({ email })).status).toBe(400);
  });
});

describe('templates', () => {
  const loops =
    '{% for a in (1..9000) %}{% for b in (1..9000) %}{% for c in (1..9000) %}{% endfor %}{% endfor %}{% endfor %}';

  it('that loop for ever fail that one mail', () => {
    expect(() => fill('html', loops, {})).toThrow(TemplateFault);
    expect(() => fill('text', '{% for a in (1..999999999) %}x{% endfor %}', {})).toThrow(TemplateFault);
  });

  it('that nest without end are refused when saved', async () => {
    const nested = `${'{% if a %}'.repeat(20_000)}x`;
    const content = { subject: 'Hi', preheader: '', format: 'markdown' as const, body: nested };
    const { problems } = await compileContent(content);
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('imports', () => {
  it('refuse a mapping that loops, and carry hostile cells and names harmlessly', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pasture-hostile-'));
    const base = { ...api.base, config: { ...api.base.config, DATA_DIR: folder } };
    const members = { absorb: async () => undefined };
    const imports = createImports(base, { ...peopleParts(base), members, startImport: async () => undefined });
    const rows = [
      'mail,$where,__proto__,a.b',
      `x@example.com,a\0b,${rtl},=1+1`,
      'a@example.com;b@example.com,1,2,3',
      '"q@example.com\r\nBcc: z@example.com",1,2,3',
    ];
    const { _id: upload } = await imports.uploads.keep(Readable.from([Buffer.from(rows.join('\n'))]), 'hostile.csv');
    const profile = JSON.parse('{"$where":"{{ $where }}","__proto__":"{{ __proto__ }}","a.b":"{{ a.b }}"}');
    const mapping = { kind: 'contacts' as const, email: '{{ mail }}', phone: '', userId: '', profile, tags: [] };
    const order = { upload, mapping, consent: { kind: 'none' as const }, source: 'hostile' };
    const looping = { ...mapping, email: '{% for a in (1..999999999) %}x{% endfor %}' };
    await expect(imports.start({ ...order, mapping: looping }, 'test')).rejects.toMatchObject({ status: 400 });
    const { _id } = await imports.start(order, 'test');
    while (!(await imports.importPage(_id)).done);
    expect(await base.models.imports.findById(_id).lean()).toMatchObject({ state: 'done', created: 1, bad: 2 });
    const made = await base.models.contacts.findOne({ email: 'x@example.com' }).lean();
    expect(made?.profile).toEqual({ _where: 'ab', a_b: '=1+1' });
    await rm(folder, { recursive: true, force: true });
  });
});
