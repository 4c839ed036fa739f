import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ingest, openIngest, storedEvent } from '../../support/ingest.ts';

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const contactOf = (id: string) => ingest.models.contacts.findById(id).lean();

describe('what is projected from events', () => {
  it('recomputes summaries, stage with its dates and value; refunds take from the value', async () => {
    const id = await ingest.contacts.resolve([{ kind: 'userId', value: 'p-1' }], {});
    await ingest.models.events.insertMany([
      storedEvent(id, { at: at(9) }),
      storedEvent(id, { at: at(3), value: { minor: 500, currency: 'EUR' } }),
      storedEvent(id, { name: 'Order Refunded', at: at(10), value: { minor: 400, currency: 'USD' } }),
      storedEvent(id, { name: 'Checkout Started', at: at(2), value: { minor: 9_999, currency: 'USD' } }),
    ]);
    await ingest.contacts.project([id]);
    await ingest.contacts.project([id]);
    const contact = await contactOf(id);
    expect(contact?.summaries['Order Completed']).toEqual({ count: 2, first: at(3), last: at(9), minor: 1_500 });
    expect(contact?.value).toEqual([
      { minor: 500, currency: 'EUR' },
      { minor: 600, currency: 'USD' },
    ]);
    expect(contact).toMatchObject({ stage: 'ascend', stageDates: { convert: at(3), ascend: at(9) } });
  });

  it('never lowers a stage, also when its events are gone', async () => {
    const id = await ingest.contacts.resolve([{ kind: 'userId', value: 'p-2' }], {});
    await ingest.models.events.create(storedEvent(id, { name: 'Shared' }));
    await ingest.contacts.project([id]);
    await ingest.models.events.deleteMany({ contact: id });
    await ingest.contacts.project([id]);
    expect(await contactOf(id)).toMatchObject({ stage: 'advocate', stageDates: { advocate: at(1) }, summaries: {} });
  });

  it('does not lose what twenty projections of one contact at once write', async () => {
    const id = await ingest.contacts.resolve([{ kind: 'userId', value: 'p-3' }], {});
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await ingest.models.events.create(storedEvent(id));
        await ingest.contacts.project([id]);
      }),
    );
    expect((await contactOf(id))?.summaries['Order Completed']?.count).toBe(20);
  });

  it('projects a page of 500 contacts and knows the names of their events', async () => {
    const sought = Array.from({ length: 500 }, (_, index) => ({
      identities: [{ kind: 'userId' as const, value: `bulk-${index}` }],
      seed: {
        consent: { state: 'given' as const, at: at(1), source: 'import' },
        source: { name: 'cd', detail: {}, at: at(1) },
      },
    }));
    const upserted = await ingest.contacts.upsertAll(sought);
    expect(upserted.every(({ outcome }) => outcome === 'created')).toBe(true);
    const ids = upserted.map(({ contact }) => contact);
    await ingest.models.events.insertMany(
      ids.flatMap((id) => [storedEvent(id), storedEvent(id, { name: 'Odd. Name', at: at(2) })]),
    );
    const started = performance.now();
    await ingest.contacts.project(ids);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(
      await ingest.models.contacts.countDocuments({ 'summaries.Order Completed.count': 1, stage: 'convert' }),
    ).toBe(500);
    expect(await ingest.names.list()).toEqual(
      expect.arrayContaining(['Odd. Name', 'Order Completed', 'Coupon Redeemed']),
    );
    expect((await ingest.contacts.upsertAll(sought)).every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    expect(await ingest.models.events.countDocuments({ name: 'Consent Given', history: true })).toBe(500);
  });
});

describe('consent', () => {
  it('is recorded as an event once, raises the stage, and lifts what the person themselves forbade', async () => {
    const id = await ingest.contacts.resolve([{ kind: 'email', value: 'yes@example.com' }], {});
    await ingest.models.suppressions.create({
      _id: 'email:yes@example.com',
      reason: 'unsubscribed',
      at: at(1),
      contact: id,
    });
    const said = { contact: id, state: 'given', source: 'user:Owner', at: at(5) } as const;
    await ingest.contacts.setConsent(said);
    await ingest.contacts.setConsent({ ...said, at: at(6) });
    await ingest.events.idle();
    expect(await contactOf(id)).toMatchObject({
      consent: { email: { state: 'given', at: at(5) } },
      stage: 'subscribe',
    });
    expect(await ingest.models.events.countDocuments({ contact: id, name: 'Consent Given' })).toBe(1);
    expect(await ingest.models.suppressions.countDocuments({ contact: id })).toBe(0);
    await ingest.contacts.setConsent({ contact: id, state: 'withdrawn', source: 'link', at: at(7) });
    await ingest.events.idle();
    expect(await ingest.models.events.countDocuments({ contact: id, name: 'Unsubscribed' })).toBe(1);
    expect(ingest.left).toContainEqual([id, 'unsubscribed']);
  });
});

describe('a contact who is deleted', () => {
  it('leaves nothing but the word that they must not be written to', async () => {
    const identities = [
      { kind: 'email' as const, value: 'Gone@example.com' },
      { kind: 'userId' as const, value: 'gone' },
    ];
    const id = await ingest.contacts.resolve(identities, { profile: { name: 'Gone' } });
    await ingest.models.events.create(storedEvent(id));
    await ingest.models.deliveries.collection.insertOne({
      _id: 'd-gone' as never,
      contact: id,
      address: 'gone@example.com',
    });
    await ingest.contacts.remove(id);
    await ingest.contacts.remove(id);
    expect(await contactOf(id)).toBeNull();
    expect(await ingest.models.identities.countDocuments({ contact: id })).toBe(0);
    expect(await ingest.models.events.countDocuments({ contact: id })).toBe(0);
    expect(await ingest.models.deliveries.findById('d-gone').lean()).toMatchObject({ address: '' });
    expect(await ingest.models.suppressions.findById('email:gone@example.com').lean()).toMatchObject({
      reason: 'deleted',
    });
    expect(ingest.left).toContainEqual([id, 'deleted']);
    expect(ingest.takenBack).toContainEqual([{ contact: id }, 'skipped', 'deleted']);
    expect(await ingest.contacts.resolve(identities, {})).not.toBe(id);
  });
});
