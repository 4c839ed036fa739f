import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMerges } from '#engine/contacts/merge.ts';
import type { IdentityRef } from '#shared/identity.ts';
import { type Ingest, openIngest, storedEvent } from '../../support/ingest.ts';

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const contactOf = (id: string) => ingest.models.contacts.findById(id).lean();

/** Two contacts with an event, a message, a membership and a coupon each, the second younger than the first. */
async function pair() {
  const name = nanoid(6);
  const userId: IdentityRef = { kind: 'userId', value: `u-${name}` };
  const email: IdentityRef = { kind: 'email', value: `${name}@example.com`.toLowerCase() };
  const older = await ingest.contacts.resolve([userId], {
    profile: { plan: 'free' },
    tags: ['old', 'both'],
    source: { name: 'import', detail: {}, at: at(2) },
    consent: { state: 'given', at: at(2), source: 'form' },
  });
  await ingest.models.contacts.updateOne({ _id: older }, { $set: { createdAt: at(1) } });
  const younger = await ingest.contacts.resolve([email], {
    profile: { plan: 'paid', city: 'Bonn' },
    tags: ['new', 'both'],
    source: { name: 'ads', detail: {}, at: at(1) },
    consent: { state: 'withdrawn', at: at(3), source: 'link' },
  });
  for (const contact of [older, younger]) {
    await ingest.models.events.create(storedEvent(contact, { at: at(4), value: { minor: 100, currency: 'USD' } }));
    const member = { segment: `s-${contact}`, contact, clock: 'real', since: at(4), until: null, changedAt: at(4) };
    await ingest.models.members.create({ _id: `${member.segment}:${contact}`, ...member });
    await ingest.models.deliveries.collection.insertOne({ _id: `d-${contact}` as never, contact, state: 'sent' });
  }
  await ingest.contacts.project([older, younger]);
  return { older, younger, userId, email };
}

async function expectOne({ older, younger, email, userId }: Awaited<ReturnType<typeof pair>>) {
  expect(await contactOf(older)).toMatchObject({
    email: email.value,
    userId: userId.value,
    profile: { plan: 'free', city: 'Bonn' },
    tags: ['old', 'both', 'new'],
    consent: { email: { state: 'withdrawn' } },
    firstSource: { name: 'ads' },
    latestSource: { name: 'import' },
    stage: 'ascend',
    value: [{ minor: 200, currency: 'USD' }],
    mergedInto: null,
  });
  expect(await contactOf(younger)).toMatchObject({ mergedInto: older, clock: null, search: [], tags: [] });
  expect(await ingest.models.identities.distinct('contact', { contact: { $in: [older, younger] } })).toEqual([older]);
  expect(await ingest.models.events.countDocuments({ contact: older })).toBe(2);
  expect(await ingest.models.deliveries.countDocuments({ contact: older })).toBe(2);
  const members = await ingest.models.members.find({ contact: { $in: [older, younger] } }).lean();
  expect(members.map(({ _id, segment, contact }) => [_id === `${segment}:${contact}`, contact])).toEqual([
    [true, older],
    [true, older],
  ]);
  expect(ingest.merged).toContainEqual([younger, older]);
}

describe('two contacts who turn out to be one', () => {
  it('become the older with everything of both, a withdrawal winning', async () => {
    const two = await pair();
    expect(await ingest.contacts.resolve([two.userId, two.email], {})).toBe(two.older);
    await expectOne(two);
    expect(await ingest.contacts.resolve([two.email], {})).toBe(two.older);
  });

  it('become one even when the merge is killed half-way and done again', async () => {
    for (const death of [1, 2]) {
      const two = await pair();
      let calls = 0;
      const killed = async () => {
        calls += 1;
        if (calls === 1) throw new Error('killed');
      };
      const dying = createMerges(ingest.models, {
        mergeRuns: death === 1 ? killed : async () => undefined,
        project: death === 2 ? killed : async () => undefined,
      });
      await expect(dying.merge(two.younger, two.older)).rejects.toThrow('killed');
      expect((await contactOf(two.younger))?.mergedInto).toBe(two.older);
      if (death === 1) await ingest.contacts.finishMerges();
      else await ingest.contacts.resolve([two.email], {});
      await expectOne(two);
    }
  });

  it('become one when both sides find out at once', async () => {
    const two = await pair();
    await Promise.all(Array.from({ length: 5 }, () => ingest.contacts.merge(two.older, two.younger)));
    await expectOne(two);
  });

  it('carries an event that came for the younger meanwhile on to the older', async () => {
    const two = await pair();
    await ingest.contacts.merge(two.older, two.younger);
    await ingest.events.record({ id: nanoid(), name: 'Seen', contact: two.younger, at: at(5), properties: {} });
    await ingest.events.idle();
    expect((await contactOf(two.older))?.summaries['Seen']?.count).toBe(1);
  });
});
