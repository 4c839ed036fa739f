import { nanoid } from 'nanoid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingEvent } from '#engine/events/incoming.ts';
import { type Ingest, openIngest, storedEvent } from '../../support/ingest.ts';

let ingest: Ingest;
const failing = new Set<string>();
beforeAll(async () => {
  ingest = await openIngest(async ({ name }) => {
    if (failing.has(name)) throw new Error(`cannot bear ${name}`);
  });
});
beforeEach(() => {
  failing.clear();
  ingest.reacted.length = 0;
});
afterAll(() => ingest.close());

function seen(given: Partial<IncomingEvent> & { who?: string } = {}): IncomingEvent {
  const { who = nanoid(), ...rest } = given;
  const now = new Date();
  return {
    id: nanoid(),
    kind: 'track',
    name: 'Seen',
    identities: [{ kind: 'userId', value: who }],
    at: now,
    receivedAt: now,
    properties: {},
    context: {},
    value: null,
    source: 'Shop',
    bytes: 100,
    ...rest,
  };
}
const later = () => new Date(Date.now() + 86_400_000);
const stateOf = async (id: string) => ingest.models.events.findById(id).lean();

describe('what comes of an event', () => {
  it('reacts once to one event that a hundred bring at once', async () => {
    const event = seen({ id: 'one-of-hundred', who: 'hundred' });
    const answers = await Promise.all(Array.from({ length: 100 }, async () => ingest.events.accept([event])));
    await ingest.events.idle();
    expect(answers.flat().filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(await ingest.models.events.countDocuments({ _id: event.id })).toBe(1);
    expect(ingest.reacted.map(({ _id }) => _id)).toEqual([event.id]);
    expect(await stateOf(event.id)).toMatchObject({ dispatch: 'done', attempts: 0 });
  });

  it('brings a contact up to date before anything reacts', async () => {
    const known: number[] = [];
    const own = await openIngest(async ({ contact }) => {
      const row = await own.models.contacts.findById(contact).lean();
      known.push(row?.summaries['Seen']?.count ?? 0);
    });
    await own.events.accept([seen({ who: 'first' })]);
    await own.events.idle();
    expect(known).toEqual([1]);
    expect(own.refreshed).toHaveLength(1);
    await own.close();
  });

  it('tries again what failed, without holding up the others, and puts it aside after ten failures', async () => {
    failing.add('Poison');
    const [bad, good] = [seen({ name: 'Poison', who: 'p' }), seen({ who: 'p' })];
    await ingest.events.accept([bad, good]);
    await ingest.events.idle();
    expect(await stateOf(good.id)).toMatchObject({ dispatch: 'done' });
    expect(await stateOf(bad.id)).toMatchObject({ dispatch: 'pending', attempts: 1, reason: 'cannot bear Poison' });
    for (let attempt = 2; attempt <= 10; attempt += 1) expect(await ingest.events.dispatchPending(later())).toBe(1);
    expect(await stateOf(bad.id)).toMatchObject({ dispatch: 'dead', attempts: 10, reason: 'cannot bear Poison' });
    expect(await ingest.events.dispatchPending(later())).toBe(0);
  });

  it('carries on what another server accepted and left behind', async () => {
    const event = seen({ who: 'orphan' });
    const contact = await ingest.contacts.resolve(event.identities, {});
    const old = new Date(Date.now() - 11_000);
    const left = { _id: event.id, name: 'Seen', receivedAt: old, history: false, dispatch: 'pending' } as const;
    await ingest.models.events.create(storedEvent(contact, left));
    expect(await ingest.events.dispatchPending()).toBe(1);
    expect(ingest.reacted.map(({ _id }) => _id)).toEqual([event.id]);
    expect(await ingest.events.dispatchPending()).toBe(0);
  });

  it('does not turn back time when an older identify is carried on after a newer one', async () => {
    const identities = [{ kind: 'userId' as const, value: 'twice' }];
    const older = seen({
      kind: 'identify',
      name: 'Identified',
      identities,
      properties: { plan: 'free' },
      at: new Date(1_000),
    });
    const newer = seen({
      kind: 'identify',
      name: 'Identified',
      identities,
      properties: { plan: 'paid' },
      at: new Date(2_000),
    });
    await ingest.events.accept([newer]);
    await ingest.events.idle();
    await ingest.events.accept([older]);
    await ingest.events.idle();
    const contact = await ingest.contacts.resolve(identities, {});
    expect((await ingest.models.contacts.findById(contact).lean())?.profile).toEqual({ plan: 'paid' });
  });

  it('records the product’s own events once, and puts callers off when too much waits', async () => {
    const contact = await ingest.contacts.resolve([{ kind: 'userId', value: 'own' }], {});
    const own = { id: 'opened-1', name: 'Message Opened', contact, at: new Date(), properties: {} };
    await Promise.all([ingest.events.record(own), ingest.events.record(own)]);
    await ingest.events.idle();
    expect(ingest.reacted.filter(({ _id }) => _id === 'opened-1')).toHaveLength(1);
    expect(ingest.events.isFull()).toBe(false);
    const huge = ingest.events.accept(Array.from({ length: 3 }, () => seen({ bytes: 30 * 1024 * 1024 })));
    expect(ingest.events.isFull()).toBe(true);
    await huge;
    await ingest.events.idle();
    expect(ingest.events.isFull()).toBe(false);
  });

  it('ends what a contact who says no by an event is in, and takes back what is about to leave', async () => {
    const who = 'leaver';
    await ingest.events.accept([seen({ who, kind: 'identify', name: 'Identified', properties: { consent: true } })]);
    await ingest.events.idle();
    await ingest.events.accept([seen({ who, name: 'Unsubscribed' })]);
    await ingest.events.idle();
    const id = await ingest.contacts.resolve([{ kind: 'userId', value: who }], {});
    const contact = await ingest.models.contacts.findById(id).lean();
    expect(contact?.consent.email.state).toBe('withdrawn');
    expect(ingest.left).toContainEqual([id, 'unsubscribed']);
    expect(ingest.takenBack).toContainEqual([{ contact: id }, 'suppressed', 'unsubscribed']);
    expect(await ingest.models.events.countDocuments({ contact: id, name: 'Unsubscribed' })).toBe(1);
    await ingest.events.accept([seen({ who, kind: 'identify', name: 'Identified', properties: { consent: true } })]);
    await ingest.events.idle();
    expect((await ingest.models.contacts.findById(id).lean())?.consent.email.state).toBe('withdrawn');
  });
});

describe('a burst of events', () => {
  it(
    'makes 10,000 events of 5,000 people durable at once and carries all of them on',
    { timeout: 90_000 },
    async () => {
      const started = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 10_000 }, (_, index) => ingest.events.accept([seen({ who: `burst-${index % 5_000}` })])),
      );
      const durableMs = performance.now() - started;
      await ingest.events.idle();
      const doneMs = performance.now() - started;
      console.log(
        `10,000 events: durable after ${Math.round(durableMs)} ms, carried on after ${Math.round(doneMs)} ms`,
      );
      expect(answers.flat().every(({ outcome }) => outcome === 'accepted')).toBe(true);
      expect(await ingest.models.events.countDocuments({ dispatch: 'pending' })).toBe(0);
    },
  );

  it('counts 10,000 events of one contact without reading them anew for each', { timeout: 90_000 }, async () => {
    const started = performance.now();
    await ingest.events.accept(Array.from({ length: 10_000 }, () => seen({ who: 'busy' })));
    await ingest.events.idle();
    console.log(`10,000 events of one contact: ${Math.round(performance.now() - started)} ms`);
    const id = await ingest.contacts.resolve([{ kind: 'userId', value: 'busy' }], {});
    expect((await ingest.models.contacts.findById(id).lean())?.summaries['Seen']?.count).toBe(10_000);
  });
});
