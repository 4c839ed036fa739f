import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ingest, openIngest } from '../../support/ingest.ts';

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const living = () => ingest.models.contacts.countDocuments({ clock: { $ne: null } });

describe('who a contact is', () => {
  it('makes one contact of twenty who bring the same new address at once', async () => {
    const before = await living();
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ingest.contacts.resolve(
          [
            { kind: 'email', value: index % 2 ? 'Race@Example.com' : 'race@example.com ' },
            { kind: 'anonymousId', value: `browser-${index}` },
          ],
          {},
        ),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect((await living()) - before).toBe(1);
    expect(await ingest.models.identities.countDocuments({ contact: ids[0] ?? '' })).toBe(21);
  });

  it('comes to one contact when twenty user ids with one address come at once', async () => {
    const before = await living();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ingest.contacts.resolve(
          [
            { kind: 'userId', value: `many-${index}` },
            { kind: 'email', value: 'many@example.com' },
          ],
          {},
        ),
      ),
    );
    expect((await living()) - before).toBe(1);
    const contacts = await ingest.models.identities.distinct('contact', { _id: /^(userId:many-|email:many@)/ });
    expect(contacts).toHaveLength(1);
  });

  it('finds someone by any of their identities, whatever the spelling', async () => {
    const id = await ingest.contacts.resolve(
      [
        { kind: 'userId', value: 'Ann' },
        { kind: 'phone', value: '+49 (151) 234-567' },
      ],
      {},
    );
    expect(await ingest.contacts.resolve([{ kind: 'phone', value: '+49151234567' }], {})).toBe(id);
    expect(await ingest.contacts.resolve([{ kind: 'userId', value: 'ann' }], {})).toBe(id);
    const contact = await ingest.models.contacts.findById(id).lean();
    expect(contact).toMatchObject({ userId: 'Ann', phone: '+49 (151) 234-567', email: null, clock: 'real' });
  });

  it('keeps what an anonymous visitor did when they say who they are', async () => {
    const anonymous = await ingest.contacts.resolve([{ kind: 'anonymousId', value: 'visitor' }], {});
    const known = await ingest.contacts.resolve(
      [
        { kind: 'anonymousId', value: 'visitor' },
        { kind: 'userId', value: 'visitor-7' },
      ],
      {},
    );
    expect(known).toBe(anonymous);
    expect((await ingest.models.contacts.findById(known).lean())?.userId).toBe('visitor-7');
  });

  it('never makes one person of two who sign in at the same browser', async () => {
    const browser = { kind: 'anonymousId' as const, value: 'kiosk' };
    const first = await ingest.contacts.resolve([browser, { kind: 'userId', value: 'kiosk-a' }], {});
    const second = await ingest.contacts.resolve([browser, { kind: 'userId', value: 'kiosk-b' }], {});
    expect(second).not.toBe(first);
    expect(await ingest.contacts.resolve([browser], {})).toBe(second);
    expect(await ingest.contacts.resolve([{ kind: 'userId', value: 'kiosk-a' }], {})).toBe(first);
  });

  it('resolves a page of 500 people, with repeats among them, in the order asked', async () => {
    const sought = Array.from({ length: 500 }, (_, index) => ({
      identities: [{ kind: 'userId' as const, value: `page-${index % 400}` }],
      seed: { tags: ['page'] },
    }));
    const answers = await ingest.contacts.resolveAll(sought);
    expect(answers[0]?.contact).toBe(answers[400]?.contact);
    expect(new Set(answers.map(({ contact }) => contact)).size).toBe(400);
    expect(await ingest.models.contacts.countDocuments({ tags: 'page' })).toBe(400);
    expect((await ingest.contacts.resolveAll(sought)).every(({ created }) => !created)).toBe(true);
  });

  it('finishes a contact whose maker was killed after its first identity', async () => {
    await ingest.models.identities.create({
      _id: 'email:half@example.com',
      kind: 'email',
      value: 'half@example.com',
      contact: 'half',
    });
    expect(await ingest.contacts.resolve([{ kind: 'email', value: 'half@example.com' }], {})).toBe('half');
    expect(await ingest.models.contacts.findById('half').lean()).toMatchObject({ email: 'half@example.com' });
  });

  it('leaves sample people and real people apart', async () => {
    const sample = await ingest.contacts.resolve([{ kind: 'email', value: 'both@example.com' }], { clock: 'sample' });
    const real = await ingest.contacts.resolve([{ kind: 'userId', value: 'both' }], {});
    const met = await ingest.contacts.resolve(
      [
        { kind: 'email', value: 'both@example.com' },
        { kind: 'userId', value: 'both' },
      ],
      {},
    );
    expect(met).toBe(real);
    expect((await ingest.models.contacts.findById(sample).lean())?.mergedInto).toBeNull();
  });
});
