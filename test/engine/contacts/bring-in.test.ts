import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ingest, openIngest } from '../../support/ingest.ts';

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const at = new Date('2026-02-03T04:05:06Z');
const named = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    identities: [
      { kind: 'email' as const, value: `${name}-${index}@example.com` },
      { kind: 'userId' as const, value: `${name}-${index}` },
    ],
    seed: {
      profile: { firstName: 'Ann', lastName: `Lee ${index}`, timezone: 'Asia/Shanghai' },
      tags: ['vip', 'vip'],
      source: { name: 'file', detail: { line: String(index) }, at },
      consent: { state: 'given' as const, at, source: 'file' },
    },
  }));

it('someone brought in whole is what reckoning from their events would make of them', async () => {
  const [made] = await ingest.contacts.upsertAll(named('whole', 1));
  expect(made).toMatchObject({ outcome: 'created', projected: true, clock: 'real' });
  const before = await ingest.models.contacts.findById(made?.contact).lean();
  expect(before).toMatchObject({
    email: 'whole-0@example.com',
    userId: 'whole-0',
    name: 'Ann Lee 0',
    tags: ['vip'],
    timeZone: 'Asia/Shanghai',
    consent: { email: { state: 'given', at } },
    stage: 'subscribe',
    summaries: { 'Consent Given': { count: 1, first: at, last: at } },
  });
  await ingest.contacts.project([made?.contact ?? '']);
  expect(await ingest.models.contacts.findById(made?.contact).lean()).toEqual(before);
  expect(await ingest.contacts.upsertAll(named('whole', 1))).toMatchObject([
    { outcome: 'unchanged', projected: false },
  ]);
});

it('two imports of the same strangers at once make each of them once, with one consent', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => ingest.contacts.upsertAll(named('raced', 100))));
  const ids = answers.map((people) => people.map(({ contact }) => contact));
  for (const other of ids) expect(other).toEqual(ids[0]);
  const contact = { $in: ids[0] ?? [] };
  expect(await ingest.models.contacts.countDocuments({ userId: /^raced-/ })).toBe(100);
  expect(await ingest.models.identities.countDocuments({ contact })).toBe(200);
  expect(await ingest.models.events.countDocuments({ contact })).toBe(100);
});

it('whom a killed import has left half made is finished by the next, under the same id', async () => {
  await ingest.models.identities.create({ _id: 'userId:half-0', kind: 'userId', value: 'half-0', contact: 'half' });
  expect(await ingest.contacts.upsertAll(named('half', 1))).toMatchObject([{ contact: 'half' }]);
  await ingest.contacts.project(['half']);
  expect(await ingest.models.contacts.findById('half').lean()).toMatchObject({ email: 'half-0@example.com' });
  expect(await ingest.models.identities.countDocuments({ contact: 'half' })).toBe(2);
  expect(await ingest.models.events.countDocuments({ contact: 'half', name: 'Consent Given' })).toBe(1);
});

it('two rows of a page that are one person by different identities become one contact', async () => {
  const [one, other] = named('joint', 2);
  const shared = { ...one, identities: [...(one?.identities ?? []), ...(other?.identities.slice(0, 1) ?? [])] };
  const answers = await ingest.contacts.upsertAll([{ seed: {}, ...shared }, ...(other ? [other] : [])]);
  expect(new Set(answers.map(({ contact }) => contact)).size).toBe(1);
});
