import { afterAll, beforeAll, expect, it } from 'vitest';
import { openV1, type V1 } from '../../support/v1.ts';

let v1: V1;
beforeAll(async () => {
  v1 = await openV1();
});
afterAll(() => v1.close());

const contactOf = async (userId: string) => {
  const identity = await v1.models.identities.findById(`userId:${userId}`).lean();
  return v1.models.contacts.findById(identity?.contact).lean();
};

it('writes a company once, with what later calls say over earlier ones, whatever order they come in', async () => {
  const group = { groupId: 'acme', userId: 'ann' };
  const late = { ...group, timestamp: '2026-03-02T00:00:00Z', messageId: 'late', traits: { size: 9, city: 'Bonn' } };
  await v1.post('/group', late);
  await v1.post('/group', { ...group, timestamp: '2026-03-01T00:00:00Z', traits: { size: 7, plan: 'free', id: 'x' } });
  await v1.post('/group', late);
  await v1.events.idle();
  expect(await v1.models.companies.find().lean()).toMatchObject([
    { _id: 'acme', traits: { size: 9, city: 'Bonn', plan: 'free' }, toldAt: new Date('2026-03-02T00:00:00Z') },
  ]);
});

it('keeps whom a company has on the contacts, also after two of them turn out to be one', async () => {
  await v1.post('/group', { groupId: 'acme', userId: 'bo', traits: { name: 'Acme' } });
  await v1.post('/group', { groupId: 'globex', userId: 'bo' });
  await v1.post('/group', { groupId: 'initech', userId: 'bob' });
  await v1.events.idle();
  expect(await contactOf('bo')).toMatchObject({ companies: ['acme', 'globex'] });
  await v1.post('/alias', { previousId: 'bob', userId: 'bo' });
  await v1.events.idle();
  expect((await contactOf('bo'))?.companies?.toSorted()).toEqual(['acme', 'globex', 'initech']);
  expect((await contactOf('bob'))?._id).toBe((await contactOf('bo'))?._id);
  expect(await v1.models.contacts.countDocuments({ companies: 'initech', mergedInto: null })).toBe(1);
});

it('adds a company to contacts that were stored before companies were kept, and merges them', async () => {
  for (const userId of ['old', 'older']) await v1.post('/identify', { userId, traits: {} });
  await v1.events.idle();
  await v1.models.contacts.collection.updateMany({ userId: /^old/ }, { $unset: { companies: '' } });
  await v1.post('/alias', { previousId: 'older', userId: 'old' });
  await v1.post('/group', { groupId: 'acme', userId: 'older' });
  await v1.events.idle();
  expect(await contactOf('old')).toMatchObject({ companies: ['acme'] });
});
