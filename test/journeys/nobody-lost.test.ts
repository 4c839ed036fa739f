import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterPage } from '#engine/activities/enter-page.ts';
import { createSweeper } from '#engine/journeys/sweep.ts';
import { byStepsOf, hour, waiting } from '../support/by-steps.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { runOf } from '../support/runs.ts';

let engine: TestEngine;
let steps: ReturnType<typeof byStepsOf>;
beforeAll(async () => {
  engine = await openEngine();
  steps = byStepsOf(engine);
});
afterAll(() => engine.close());

describe('nobody is lost', () => {
  it('whose coupon was redeemed while the event of it never came to be', async () => {
    const coupon = step('coupon', 'coupon', { message: says('Yours'), deadline: hour });
    const drawing = draw(
      [coupon, step('end', 'exit'), step('late', 'exit')],
      ['coupon.redeemed -> end', 'coupon.expired -> late'],
    );
    const journey = await engine.publish(drawing);
    // By steps to the wait as well: a batch still under way there would find the redemption itself.
    const id = await steps.enterQuietly(journey, await engine.contact());
    await steps.walk(id);
    await steps.walk(id);
    expect(await steps.one({ _id: id })).toMatchObject({ registered: true });
    await engine.models.coupons.updateOne(
      { enrollment: id },
      { $set: { redeemedAt: new Date(), redeemedBy: 'killed' } },
    );
    expect(await steps.walk(id, new Date(Date.now() + 2 * 3_600_000))).toEqual({ redeemed: [id] });
  });

  it('who came to a wait while their clock stood still', async () => {
    const clock = { _id: 'still', origin: new Date('2030-01-01'), startedAt: null, scale: 1, scaledUntil: null };
    await engine.models.clocks.create(clock);
    const journey = await engine.publish(
      draw([step('rest', 'wait', { until: hour }), step('end', 'exit')], ['rest -> end']),
    );
    const id = await steps.byApi(journey, await engine.contact({ clock: 'still' }));
    await steps.until({ _id: id }, { registered: true });
    expect((await steps.one({ _id: id }))?.due?.getTime()).toBeLessThan(Date.now() + 150_000);
    expect(await steps.walk(id)).toEqual({});
    expect(await steps.one({ _id: id })).toMatchObject({
      node: 'rest',
      registered: true,
      until: new Date('2030-01-01T01:00:00Z'),
    });
    await engine.models.clocks.updateOne({ _id: 'still' }, { $set: { startedAt: new Date(Date.now() - 7_200_000) } });
    expect(await steps.walk(id)).toEqual({ next: [id] });
  });

  it('behind more groups than a sweep starts', async () => {
    const journey = await engine.publish(waiting());
    const due = new Date(Date.now() - 60_000);
    const rows = Array.from({ length: 250 }, (_, index) =>
      runOf(journey, `c${index}`, { due, group: `g${1_000 + index}` }),
    );
    await engine.models.enrollments.insertMany(rows);
    const started = new Set<string>();
    const starter = { ...engine.journeys.starter, group: async ({ key }: { key: string }) => void started.add(key) };
    const { leaving } = engine.journeys;
    const sweeper = createSweeper({ base: engine.base, starter, leaving, closeAbandoned: async () => {} });
    await sweeper.sweep();
    await sweeper.sweep();
    expect(rows.filter(({ group }) => !started.has(group ?? ''))).toEqual([]);
    await sweeper.sweep();
    await engine.models.enrollments.deleteMany({ journey });
  });

  it('by a call of the API that is repeated: it answers the same run', async () => {
    const journey = await engine.publish(waiting());
    const contact = await engine.contact();
    const idempotencyKey = nanoid();
    const first = await engine.journeys.byHand.enter({ journey, contact, idempotencyKey });
    expect(first).not.toBeNull();
    expect(await engine.journeys.byHand.enter({ journey, contact, idempotencyKey })).toBe(first);
    expect(await engine.models.enrollments.countDocuments({ journey })).toBe(1);
  });
});

describe('a publication', () => {
  it('cut off before its journey took it can be made again, and takes nobody in', async () => {
    await engine.models.segments.create({
      _id: 'all',
      name: 'All',
      condition: { kind: 'tag', tag: 'cut-off', has: true },
      createdAt: new Date(),
      updatedAt: new Date(),
      sample: false,
    });
    const contact = await engine.contact({ tags: ['cut-off'] });
    await engine.members.materialise('all');
    const journey = await engine.publish(waiting());
    const entry = { kind: 'segment', source: 'crm', segment: 'all', who: 'matching' } as const;
    const plan = await engine.journeys.plans.get(`${journey}/v1`);
    const audience = { at: new Date(), cursor: null, done: false };
    await engine.models.plans.collection.insertOne({
      ...plan,
      _id: `${journey}/v2`,
      version: 2,
      entry,
      audience,
    } as never);
    await engine.journeys.sweeper.sweep();
    const page = {
      base: engine.base,
      enter: engine.journeys.enter,
      members: engine.members,
      startClocks: async () => {},
    };
    expect(await enterPage(page, `${journey}/v2`)).toEqual({ done: true });
    expect(await steps.one({ journey, contact })).toBeNull();
    expect(await engine.journeys.publish(journey, 'test')).toEqual({ kind: 'published', plan: `${journey}/v3` });
  });

  it('after a stop first sees everyone out, and keeps whom it takes in itself', async () => {
    const journey = await engine.publish(waiting());
    const [old, fresh] = [await engine.contact(), await engine.contact()];
    const left = await steps.byApi(journey, old);
    await steps.until({ _id: left }, { registered: true });
    await engine.models.journeys.updateOne({ _id: journey }, { $set: { state: 'stopped' } });
    await engine.journeys.publish(journey, 'test');
    expect(await steps.one({ _id: left })).toMatchObject({ state: 'exited', ending: { reason: 'stopped' } });
    const stays = await steps.byApi(journey, fresh);
    await engine.journeys.leaving.empty(journey, 'stopped');
    expect(await steps.one({ _id: stays })).toMatchObject({ state: 'active' });
  });

  it('that lets people come again lets in those an older one barred', async () => {
    const drawing = draw([step('end', 'exit')], []);
    const journey = await engine.publish(drawing);
    const contact = await engine.contact();
    await steps.until({ _id: await steps.byApi(journey, contact) }, { state: 'completed' });
    expect(await steps.byApi(journey, contact)).toBe('');
    await engine.models.journeys.updateOne({ _id: journey }, { $set: { 'drawing.reentry': { kind: 'afterEnd' } } });
    await engine.journeys.publish(journey, 'test');
    await steps.until({ _id: await steps.byApi(journey, contact) }, { state: 'completed' });
    expect(await engine.models.enrollments.countDocuments({ journey })).toBe(2);
  });
});
