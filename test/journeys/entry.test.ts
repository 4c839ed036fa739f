import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Condition } from '#shared/condition.ts';
import { DAY_MS } from '#shared/duration.ts';
import { ORDER_COMPLETED } from '#shared/event.ts';
import type { Entry, Reentry } from '#shared/journey.ts';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { eventRow } from '../support/people-rows.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

const after = (amount: number) => ({ kind: 'after', duration: { amount, unit: 'second' } }) as const;
const withTag = (tag: string): Condition => ({ kind: 'all', of: [{ kind: 'tag', tag, has: true }] });

/** A mail, and then a wait. */
function mailAndWait({ subject = 'Welcome', seconds = 600 }: { subject?: string; seconds?: number }, settings = {}) {
  return draw(
    [
      step('mail', 'message', { message: says(subject) }),
      step('pause', 'wait', { until: after(seconds) }),
      step('end', 'exit'),
    ],
    ['mail -> pause', 'pause -> end'],
    settings,
  );
}

async function segmentOf(condition: Condition): Promise<string> {
  const now = new Date();
  const segment = { _id: nanoid(8), name: 'S', condition, createdAt: now, updatedAt: now, sample: false };
  await engine.models.segments.create(segment);
  return segment._id;
}

describe('after the end, a contact may enter again', () => {
  const published = (reentry: Reentry) => engine.publish(draw([step('end', 'exit')], [], { reentry }));

  it('never, where the rule says once', async () => {
    const journey = await published({ kind: 'once' });
    const contact = await engine.contact();
    await travellers.completes(await travellers.entered(journey, contact));
    expect(await travellers.enter(journey, contact)).toBeNull();
    expect(await travellers.rows(journey)).toHaveLength(1);
  });

  it('at once where the rule says so, but is never inside twice', async () => {
    const reentry = { kind: 'afterEnd' } as const;
    const journey = await engine.publish(mailAndWait({ seconds: 2 }, { reentry }));
    const contact = await engine.contact();
    const first = await travellers.entered(journey, contact);
    const twice = await Promise.all(Array.from({ length: 5 }, () => travellers.enter(journey, contact)));
    expect(twice).toEqual([null, null, null, null, null]);
    await travellers.completes(first);
    const again = await Promise.all(Array.from({ length: 5 }, () => travellers.enter(journey, contact)));
    expect(again.filter((id) => id !== null)).toHaveLength(1);
    expect(await travellers.rows(journey)).toHaveLength(2);
  });

  it('so many days later, on the clock of their own', async () => {
    const origin = new Date('2026-05-01T00:00:00Z');
    const now = await travellers.startClock('days', origin, DAY_MS / 2_000);
    const journey = await published({ kind: 'daysAfterEnd', days: 3 });
    const contact = await engine.contact({ clock: 'days' });
    const first = await travellers.entered(journey, contact);
    await travellers.completes(first);
    const { endedAt } = await travellers.row(first);
    const days = () => (now().getTime() - (endedAt?.getTime() ?? 0)) / DAY_MS;
    while (days() < 3) {
      const id = await travellers.enter(journey, contact);
      if (days() < 3) expect(id).toBeNull();
      await pause(500);
    }
    await vi.waitFor(async () => expect(await travellers.enter(journey, contact)).not.toBeNull(), 5_000);
    expect(await travellers.rows(journey)).toHaveLength(2);
  });
});

describe('an entry by event', () => {
  const byEvent = (event: string, settings: Partial<Extract<Entry, { kind: 'event' }>> = {}): { entry: Entry } => ({
    entry: { kind: 'event', source: 'shop', match: { event, where: [] }, condition: null, key: null, ...settings },
  });

  it('with a key makes each order a run of its own, and its later events reach that run alone', async () => {
    const delivered = step('delivered', 'wait-for-event', {
      awaits: { kind: 'event', match: { event: 'Order Delivered', where: [] } },
      until: after(600),
    });
    const journey = await engine.publish(
      draw([delivered, step('end', 'exit')], ['delivered.happened -> end', 'delivered.timedOut -> end'], {
        ...byEvent('Order Placed', { key: 'order_id' }),
      }),
    );
    const contact = await engine.contact();
    for (const order_id of ['A-1', 'A-2', 'A-1']) await engine.happen(contact, 'Order Placed', { order_id });
    const runs = await travellers.rows(journey);
    expect(runs).toHaveLength(2);
    await Promise.all(runs.map(({ _id }) => travellers.waits(_id)));
    await engine.happen(contact, 'Order Delivered', { order_id: 'A-2' });
    await travellers.completes(runs[1]?._id ?? '');
    expect(await travellers.row(runs[0]?._id ?? '')).toMatchObject({ state: 'active', node: 'delivered' });
  });

  it('with conditions takes only whom and what they mean', async () => {
    const match = { event: 'Cart Left', where: [{ path: 'total', operator: 'greaterThan', value: 100 } as const] };
    const settings = byEvent('Cart Left', { match, condition: withTag('vip') });
    const journey = await engine.publish(mailAndWait({ subject: 'Your cart' }, settings));
    const [vip, plain] = await Promise.all([engine.contact({ tags: ['vip'] }), engine.contact()]);
    await engine.happen(vip, 'Cart Left', { total: 20 });
    await engine.happen(plain, 'Cart Left', { total: 200 });
    expect(await travellers.rows(journey)).toEqual([]);
    await engine.happen(vip, 'Cart Left', { total: 200 });
    expect(await travellers.rows(journey)).toMatchObject([{ contact: vip }]);
  });

  it('that comes twenty times at once lets in once', async () => {
    const reentry = { kind: 'afterEnd' } as const;
    const journey = await engine.publish(mailAndWait({ subject: 'Once' }, { ...byEvent('Signed Up'), reentry }));
    const contact = await engine.contact();
    const email = (await engine.models.contacts.findById(contact).lean())?.email ?? '';
    const now = new Date();
    const event = {
      id: nanoid(),
      kind: 'track' as const,
      name: 'Signed Up',
      identities: [{ kind: 'email' as const, value: email }],
      at: now,
      receivedAt: now,
      properties: {},
      context: {},
      value: null,
      source: 'test',
      bytes: 100,
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => engine.events.accept([event])));
    expect(answers.flat().filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    await engine.events.idle();
    const [run] = await travellers.rows(journey);
    await travellers.waits(run?._id ?? '');
    // Dispatched again and again, as after crashes, it still is the same entry.
    const stored = await engine.models.events.findById(event.id).lean();
    if (!stored) throw new Error('The event is gone.');
    await Promise.all(Array.from({ length: 20 }, () => engine.journeys.react(stored)));
    expect(await travellers.rows(journey)).toHaveLength(1);
    expect(await travellers.mailsTo(contact)).toEqual(['Once']);
  });
});

it('who becomes silent by time alone enters within fifteen minutes, and nobody else does', async () => {
  const now = await travellers.startClock('silence', new Date('2026-05-01T00:00:00Z'), DAY_MS / 4_000);
  const segment = await segmentOf(silentBuyersSegment.condition);
  const entry: Entry = { kind: 'segment', source: 'shop', segment, who: 'joining' };
  const ordered = async (daysAgo: number) => {
    const contact = await engine.contact({ clock: 'silence' });
    const at = new Date(now().getTime() - daysAgo * DAY_MS);
    await engine.models.events.create(eventRow(contact, 0, { name: ORDER_COMPLETED, at, properties: {}, value: null }));
    await engine.contacts.project([contact]);
    return { contact, silentFrom: at.getTime() + 30 * DAY_MS };
  };
  const [soon, later] = [await ordered(29.5), await ordered(10)];
  await ordered(40);
  const journey = await engine.publish(mailAndWait({ subject: 'We miss you' }, { entry }));
  await vi.waitFor(async () => {
    await engine.members.readTimeEdges();
    expect(await travellers.rows(journey)).toHaveLength(1);
  }, 20_000);
  const [run] = await travellers.rows(journey);
  expect(run?.contact).toBe(soon.contact);
  // The machine's own seconds are hours on this clock; fifteen minutes of it are less than one reading.
  expect(run?.occasion).toBe(new Date(soon.silentFrom + 1).toISOString());
  expect(await engine.models.enrollments.countDocuments({ contact: later.contact })).toBe(0);
});

it('published again, people inside finish on their plan, newcomers take the new one, and nobody enters twice', async () => {
  const tag = nanoid(6);
  const segment = await segmentOf(withTag(tag));
  const entry: Entry = { kind: 'segment', source: 'shop', segment, who: 'both' };
  const early = await Promise.all(Array.from({ length: 3 }, () => engine.contact({ tags: [tag] })));
  const journey = await engine.publish(mailAndWait({ subject: 'Old words', seconds: 8 }, { entry }));
  await vi.waitFor(async () => expect(await travellers.rows(journey)).toHaveLength(3), 10_000);
  const inside = await travellers.rows(journey);
  await Promise.all(inside.map(({ _id }) => travellers.waits(_id)));

  await travellers.republish(journey, mailAndWait({ subject: 'New words', seconds: 2 }, { entry }));
  const late = await engine.contact({ tags: [tag] });
  await engine.happen(late, 'Page Viewed');
  await Promise.all(inside.map(({ _id }) => travellers.completes(_id)));
  const rows = await travellers.rows(journey);
  expect(rows.map(({ plan }) => plan.slice(-2)).toSorted()).toEqual(['v1', 'v1', 'v1', 'v2']);
  expect(rows.find(({ contact }) => contact === late)?.plan).toBe(`${journey}/v2`);
  for (const contact of early) expect(await travellers.mailsTo(contact)).toEqual(['Old words']);
  await vi.waitFor(async () => expect(await travellers.mailsTo(late)).toEqual(['New words']), 10_000);
});
