import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Drawing } from '#shared/journey.ts';
import { type StepKind, stepDefinitions } from '#shared/steps/index.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { recordHistory } from '../support/histories.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.close());

const seconds = (amount: number) => ({ kind: 'after', duration: { amount, unit: 'second' } }) as const;
const aDay = { kind: 'after', duration: { amount: 1, unit: 'day' } } as const;
const end = () => step('end', 'exit');

async function enter(drawing: Drawing, contact: string): Promise<{ journey: string; id: string }> {
  const journey = await engine.publish(drawing);
  const id = await engine.journeys.byHand.enter({ journey, contact, idempotencyKey: 'once' });
  if (id === null) throw new Error('nobody entered');
  return { journey, id };
}
const row = async (id: string) => (await engine.models.enrollments.findById(id).lean<Enrollment>()) ?? undefined;
const waits = (id: string) => vi.waitFor(async () => expect(await row(id)).toMatchObject({ registered: true }), 10_000);
const completes = (id: string) =>
  vi.waitFor(async () => expect(await row(id)).toMatchObject({ state: 'completed' }), 20_000);
const way = async (id: string) => (await row(id))?.path.map(({ node, edge }) => `${node}.${edge}`);

/** One story per step kind; a kind without one does not compile. */
const stories: Record<StepKind, () => Promise<string>> = {
  async message() {
    const contact = await engine.contact({ profile: { firstName: 'Ada' } });
    const { journey, id } = await enter(
      draw([step('hi', 'message', { message: says('Hi {{ contact.firstName }}') }), end()], ['hi -> end']),
      contact,
    );
    await completes(id);
    expect(await way(id)).toEqual(['hi.next', 'end.end']);
    expect(await engine.models.deliveries.findById(`${id}|hi`).lean()).toMatchObject({ state: 'sent' });
    expect(engine.mails.filter(({ mail }) => mail.subject === 'Hi Ada')).toHaveLength(1);
    return journey;
  },
  async wait() {
    const { journey, id } = await enter(
      draw([step('pause', 'wait', { until: seconds(1) }), end()], ['pause -> end']),
      await engine.contact(),
    );
    await completes(id);
    expect(await way(id)).toEqual(['pause.next', 'end.end']);
    return journey;
  },
  async 'wait-for-event'() {
    const drawing = draw(
      [step('ask', 'wait-for-event', { until: seconds(5) }), end(), step('late', 'exit')],
      ['ask.happened -> end', 'ask.timedOut -> late'],
    );
    const contact = await engine.contact();
    const { journey, id } = await enter(drawing, contact);
    const other = await engine.journeys.byHand.enter({
      journey,
      contact: await engine.contact(),
      idempotencyKey: 'other',
    });
    await Promise.all([waits(id), waits(other ?? '')]);
    await engine.happen(contact, 'Order Completed');
    await Promise.all([completes(id), completes(other ?? '')]);
    expect(await way(id)).toEqual(['ask.happened', 'end.end']);
    expect(await way(other ?? '')).toEqual(['ask.timedOut', 'late.end']);
    return journey;
  },
  async coupon() {
    const coupon = step('gift', 'coupon', { message: says('A gift', 'Your code: {{ coupon.code }}'), deadline: aDay });
    const contact = await engine.contact();
    const { journey, id } = await enter(
      draw([coupon, end(), step('late', 'exit')], ['gift.redeemed -> end', 'gift.expired -> late']),
      contact,
    );
    await waits(id);
    const code = (await engine.models.coupons.findOne({ enrollment: id }).lean())?._id ?? '';
    expect(engine.mails.find(({ mail }) => mail.subject === 'A gift')?.mail.text).toContain(code);
    await engine.happen(contact, 'Order Completed', { coupon: code });
    await completes(id);
    expect(await way(id)).toEqual(['gift.issued', 'gift.redemption.redeemed', 'end.end']);
    expect(await engine.journeys.redeem(code, { by: 'again', value: null })).toMatchObject({
      reason: 'alreadyRedeemed',
    });
    return journey;
  },
  async branch() {
    const vip = { kind: 'all', of: [{ kind: 'tag', tag: 'vip', has: true }] };
    const fork = step('fork', 'branch', { ways: [{ id: 'vip', label: 'VIP', condition: vip }] });
    const drawing = draw([fork, end(), step('other', 'exit')], ['fork.vip -> end', 'fork.else -> other']);
    const { journey, id } = await enter(drawing, await engine.contact({ tags: ['vip'] }));
    const plain = await engine.journeys.byHand.enter({
      journey,
      contact: await engine.contact(),
      idempotencyKey: 'other',
    });
    await Promise.all([completes(id), completes(plain ?? '')]);
    expect([await way(id), await way(plain ?? '')]).toEqual([
      ['fork.vip', 'end.end'],
      ['fork.else', 'other.end'],
    ]);
    return journey;
  },
  async exit() {
    const { journey, id } = await enter(draw([end()], []), await engine.contact());
    await completes(id);
    expect(await row(id)).toMatchObject({ ending: { kind: 'completed', step: 'end' }, group: null, due: null });
    expect(
      await engine.journeys.byHand.enter({ journey, contact: (await row(id))?.contact ?? '', idempotencyKey: 'again' }),
    ).toBeNull();
    return journey;
  },
};

describe('each step kind carries people through on real Temporal', () => {
  for (const kind of Object.keys(stepDefinitions)) {
    it(kind, async () => {
      const [, story] = Object.entries(stories).find(([name]) => name === kind) ?? [];
      const journey = await story?.();
      expect(journey).toBeDefined();
      await recordHistory(engine.client, journey ?? '', kind);
    });
  }
});

it('an empty pool parks the person, and no message goes out', async () => {
  await engine.models.couponPools.create({ _id: 'empty', name: 'Empty', createdAt: new Date(), createdBy: 'test' });
  const coupon = step('gift', 'coupon', {
    codes: { kind: 'pool', pool: 'empty' },
    message: says('From the pool', '{{ coupon.code }}'),
    deadline: aDay,
  });
  const { id } = await enter(
    draw([coupon, end()], ['gift.redeemed -> end', 'gift.expired -> end']),
    await engine.contact(),
  );
  await vi.waitFor(
    async () => expect(await row(id)).toMatchObject({ state: 'failed', ending: { code: 'emptyPool' } }),
    10_000,
  );
  expect(engine.mails.filter(({ mail }) => mail.subject === 'From the pool')).toEqual([]);
  await engine.models.coupons.collection.insertOne({ _id: 'POOLED-1', pool: 'empty', contact: null } as never);
  expect(await engine.journeys.byHand.retry(id)).toBe(true);
  await waits(id);
  expect(engine.mails.filter(({ mail }) => mail.subject === 'From the pool')).toHaveLength(1);
});
