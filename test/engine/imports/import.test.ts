import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createImports, type ImportOrder, type Imports } from '#engine/imports/imports.ts';
import type { ImportError, ImportJob } from '#engine/models/import.ts';
import { createMembers } from '#engine/segments/members.ts';
import { createSegments } from '#engine/segments/segments.ts';
import type { Contact } from '#shared/contact.ts';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';
import { peopleParts } from '../../support/people-parts.ts';

let database: Database;
let base: Base;
let imports: Imports;
let folder: string;
const told: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pasture-imports-'));
  database = await openDatabase();
  const config = { ...readConfig(), LOG_LEVEL: 'silent' as const, DATA_DIR: folder };
  base = createBase({ config, connection: database.connection });
  await import('#engine/models/index.ts').then(({ buildIndexes }) => buildIndexes(base.models));
  const members = createMembers(base, { enterMembers: async (_, joined) => void told.push(...joined) });
  imports = createImports(base, { ...peopleParts(base), members, startImport: async () => undefined });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const model of Object.values(base.models)) await model.collection.deleteMany({});
  told.length = 0;
});

const upload = (content: Buffer | string, name = 'file.csv') =>
  imports.uploads.keep(Readable.from([Buffer.isBuffer(content) ? content : Buffer.from(content)]), name);

const orders: ImportOrder['mapping'] = {
  kind: 'events',
  event: 'Order Completed',
  email: 'customer-{{ customer_id }}@example.com',
  phone: '',
  userId: '',
  at: '{{ ordered_on }}',
  id: '',
  value: '{{ dollars }}',
  currency: 'USD',
  properties: { cds: '{{ cds }}' },
};
const people: ImportOrder['mapping'] = {
  kind: 'contacts',
  email: '{{ E-mail address }}',
  phone: '',
  userId: '',
  profile: { city: '{{ city }}' },
  tags: ['imported'],
};

async function run(order: Partial<ImportOrder> & Pick<ImportOrder, 'upload' | 'mapping'>): Promise<ImportJob> {
  const { _id } = await imports.start({ consent: { kind: 'none' }, source: 'test', ...order }, 'user:Ada');
  while (!(await imports.importPage(_id)).done);
  const job = await base.models.imports.findById(_id).lean<ImportJob>();
  if (!job) throw new Error('the job is gone');
  return job;
}

async function errors(): Promise<[number, string][]> {
  const rows = await base.models.importErrors.find().sort({ line: 1 }).lean<ImportError[]>();
  return rows.map(({ line, reason }) => [line, reason]);
}

describe('the CDNOW orders', () => {
  test('go in by hand, give 1,707 and 1,529 silent buyers, start nobody, and change nothing the second time', async () => {
    await base.models.segments.create({
      _id: 's',
      ...silentBuyersSegment,
      createdAt: new Date(),
      updatedAt: new Date(),
      sample: false,
    });
    const { materialise } = createMembers(base, { enterMembers: async () => undefined });
    await materialise('s');
    const { _id } = await upload(await readFile('engine/sample/cdnow-orders.csv'));
    const first = await run({ upload: _id, mapping: orders });
    expect(first).toMatchObject({ state: 'done', rows: 6_919, created: 6_919, bad: 0 });
    const segments = createSegments(base);
    const count = (asOf: string) => segments.count(silentBuyersSegment.condition, { asOf: new Date(asOf) });
    expect(await count('1997-04-30T00:00:00Z')).toBe(1_707);
    expect(await count('1997-04-15T00:00:00Z')).toBe(1_529);
    expect(await segments.count(silentBuyersSegment.condition)).toBe(1_205);
    expect(await base.models.members.countDocuments({ segment: 's', until: null })).toBe(1_205);
    expect(told).toEqual([]);
    const again = await run({ upload: _id, mapping: orders });
    expect(again).toMatchObject({ state: 'done', created: 0, unchanged: 6_919 });
    expect(await base.models.contacts.countDocuments()).toBe(2_357);
  }, 120_000);
});

describe('any spreadsheet', () => {
  const text = 'E-mail address;city\r\nanna@example.com;"Köln; 北京"\r\nbo@example.com;"two\r\nlines ""quoted"""\r\n';
  test.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8', 'Köln; 北京'],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le', 'Köln; 北京'],
    ['UTF-16 of the other order', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be', 'Köln; 北京'],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'utf-16le', 'Köln; 北京'],
    ['old Mac line ends', Buffer.from(text.replaceAll('\r\n', '\r')), 'utf-8', 'Köln; 北京'],
    ['GB18030', gb18030(text), 'gb18030', '; 北京'],
  ])('in %s is read', async (_, bytes, encoding, city) => {
    const stored = await upload(bytes);
    expect(stored).toMatchObject({ encoding, delimiter: ';', columns: ['E-mail address', 'city'] });
    await run({ upload: stored._id, mapping: people });
    const anna = await base.models.contacts.findOne({ email: 'anna@example.com' }).lean<Contact>();
    expect(anna?.profile['city']).toContain(city);
    const bo = await base.models.contacts.findOne({ email: 'bo@example.com' }).lean<Contact>();
    expect(bo?.profile['city']).toBe('two\nlines "quoted"');
    expect(bo).toMatchObject({ tags: ['imported'], firstSource: { name: 'test' } });
  });

  /** "北京" in GB18030; what is not ASCII before it is left out. */
  function gb18030(content: string): Buffer {
    const [head = '', tail = ''] = content.replace('ö', 'oe').split('北京');
    return Buffer.concat([Buffer.from(head), Buffer.from([0xb1, 0xb1, 0xbe, 0xa9]), Buffer.from(tail)]);
  }

  test('bad rows are left out with line number and reason, and the good ones go in', async () => {
    const { _id } = await upload(
      [
        'E-mail address,city',
        'a@example.com,"first',
        'second"',
        'not an address,x',
        ',nobody',
        'b@example.com,too,many',
        '',
        'c@example.com,"never closed',
        'd@example.com,fine',
      ].join('\n'),
    );
    const job = await run({ upload: _id, mapping: people, consent: { kind: 'all' } });
    expect(job).toMatchObject({ rows: 6, created: 2, bad: 4 });
    expect(await errors()).toEqual([
      [4, '“not an address” is not an e-mail address.'],
      [5, 'The row names nobody: no e-mail, phone or user id.'],
      [6, 'The row has 3 columns and the header 2.'],
      [8, 'A quote is opened and never closed.'],
    ]);
    const consents = await base.models.contacts.find().lean<Contact[]>();
    expect(consents.map(({ consent }) => consent.email.state)).toEqual(['given', 'given']);
  });

  test('wrong dates and amounts are named; an enormous cell is carried', async () => {
    const { _id } = await upload(
      `customer_id,ordered_on,cds,dollars\n1,1997-02-30,1,5\n2,1997-02-01,1,much\n3,1997-02-01,${'9'.repeat(1_000_000)},"1,234.50"\n`,
    );
    const job = await run({ upload: _id, mapping: orders });
    expect(job).toMatchObject({ created: 1, bad: 2 });
    expect((await errors()).map(([line]) => line)).toEqual([2, 3]);
    expect(await base.models.events.findOne().lean()).toMatchObject({
      value: { minor: 123_450, currency: 'USD' },
      history: true,
    });
  });

  test('an empty file and a spreadsheet are refused, one with only a header imports nobody, equal headers get names of their own', async () => {
    await expect(upload('')).rejects.toThrow('The file is empty');
    await expect(upload('PK\u0003\u0004\u0014\0\u0006\0xl/workbook.xml')).rejects.toThrow('save it as CSV');
    const { _id, columns } = await upload('E-mail address,city,city,\n');
    expect(columns).toEqual(['E-mail address', 'city', 'city (2)', 'column 4']);
    expect(await run({ upload: _id, mapping: people })).toMatchObject({ state: 'done', rows: 0 });
  });

  test('a column that does not exist is refused before anything is read', async () => {
    const { _id } = await upload('mail\nx@example.com\n');
    const order = { upload: _id, mapping: people, consent: { kind: 'none' as const }, source: 'test' };
    await expect(imports.dryRun(order)).rejects.toMatchObject({
      status: 400,
      errors: [{ path: 'mapping.email', message: 'There is no column “E-mail address”.' }],
    });
  });
});

test('a dry run counts new and known people, shows errors, and changes nothing', async () => {
  const first = await upload('E-mail address,city\na@example.com,x\n');
  await run({ upload: first._id, mapping: people });
  const { _id } = await upload('E-mail address,city,ok\na@example.com,x,yes\nb@example.com,y,no\nbad,z,no\n');
  const mapping = { ...people, email: '{{ E-mail address | downcase }}' };
  const answer = await imports.dryRun({
    upload: _id,
    mapping,
    consent: { kind: 'column', column: 'ok' },
    source: 'test',
  });
  expect(answer).toMatchObject({ rows: 3, good: 2, bad: 1, newContacts: 1, knownContacts: 1, whole: true });
  expect(answer.errors).toEqual([{ line: 4, reason: '“bad” is not an e-mail address.' }]);
  expect(answer.preview).toMatchObject([{ email: 'a@example.com', consent: true }, { consent: false }]);
  expect(await base.models.contacts.countDocuments()).toBe(1);
});

test('a page that was written but whose cursor was not saved is repeated without a trace', async () => {
  const rows = Array.from({ length: 1_200 }, (_, index) => `${index % 300},1997-02-01,1,5`);
  const { _id: uploadId } = await upload(`customer_id,ordered_on,cds,dollars\n${rows.join('\n')}\n`);
  const job = await imports.start(
    { upload: uploadId, mapping: orders, consent: { kind: 'none' }, source: 'test' },
    'user:Ada',
  );
  const { imports: jobs } = base.models;
  const save = jobs.updateOne.bind(jobs);
  let saves = 0;
  const cut = vi.spyOn(jobs, 'updateOne').mockImplementation(((...change: Parameters<typeof save>) => {
    saves += 1;
    if (saves === 3) throw new Error('killed');
    return save(...change);
  }) as typeof jobs.updateOne);
  await expect(imports.importPage(job._id)).rejects.toThrow('killed');
  cut.mockRestore();
  // All is written: take the second page's cursor back too, as if the kill had come just before that was saved.
  const stopped = await base.models.imports.findById(job._id).lean<ImportJob>();
  expect(stopped).toMatchObject({ rows: 1_000, state: 'running' });
  const lines = await readFile(imports.uploads.pathOf(uploadId), 'utf8');
  const offset = lines.split('\n').slice(0, 501).join('\n').length + 1;
  await base.models.imports.updateOne({ _id: job._id }, { $set: { offset, line: 502, rows: 500, created: 500 } });
  while (!(await imports.importPage(job._id)).done);
  expect(await base.models.events.countDocuments()).toBe(1_200);
  const done = await base.models.imports.findById(job._id).lean<ImportJob>();
  expect(done).toMatchObject({ state: 'done', rows: 1_200, created: 1_200, unchanged: 0 });
  const contact = await base.models.contacts.findOne({ email: 'customer-7@example.com' }).lean<Contact>();
  expect(contact?.summaries['Order Completed']).toMatchObject({ count: 4, minor: 2_000 });
});

test('people are counted as new once, in a repeated page and where a file names them twice', async () => {
  const rows = Array.from({ length: 600 }, (_, index) => `p${index % 400}@example.com,city ${index}`);
  const { _id: uploadId } = await upload(`E-mail address,city\n${rows.join('\n')}\n`);
  const order = { upload: uploadId, mapping: people, consent: { kind: 'all' as const }, source: 'test' };
  const { _id, offset } = await imports.start(order, 'user:Ada');
  while (!(await imports.importPage(_id)).done);
  const cut = { state: 'running', offset, line: 2, rows: 0, created: 0, updated: 0, unchanged: 0 };
  await base.models.imports.updateOne({ _id }, { $set: cut });
  while (!(await imports.importPage(_id)).done);
  const job = await base.models.imports.findById(_id).lean<ImportJob>();
  expect(job).toMatchObject({ state: 'done', rows: 600, created: 400, bad: 0 });
  expect(await run(order)).toMatchObject({ created: 0 });
});
