import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onClock } from '#shared/clock.ts';
import type { Event } from '#shared/event.ts';
import type { Entry, Goal } from '#shared/journey.ts';
import { byStepsOf, hour, waiting } from '../support/by-steps.ts';
import { draw, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';

let engine: TestEngine;
let steps: ReturnType<typeof byStepsOf>;
beforeAll(async () => {
  engine = await openEngine();
  steps = byStepsOf(engine);
});
afterAll(() => engine.close());

const second = { kind: 'after', duration: { amount: 1, unit: 'second' } } as const;
const orders: Entry = {
  kind: 'event',
  match: { event: 'Order Placed', where: [] },
  condition: null,
  key: 'order',
  source: 'shop',
};

describe('an event', () => {
  it('about one order leaves the run of another order where it is, also when it came before the wait', async () => {
    const awaits = { kind: 'event', match: { event: 'Order Shipped', where: [] } };
    const journey = await engine.publish(waiting({ entry: orders }, { awaits, until: hour }));
    const contact = await engine.contact();
    await engine.happen(contact, 'Order Placed', { order: 'A' });
    await steps.until({ journey }, { registered: true });
    const first = await steps.one({ journey });
    const id = await steps.enterQuietly(journey, contact, {
      key: 'another',
      countsFrom: first?.countsFrom ?? new Date(),
    });
    await engine.happen(contact, 'Order Shipped', { order: 'A' });
    expect(await steps.walk(id)).toEqual({});
    expect(await steps.one({ _id: id })).toMatchObject({ state: 'active', registered: true, path: [] });
    await steps.until({ _id: first?._id }, { state: 'completed' });
  });

  it('that came together with the one a person enters by reaches the goal', async () => {
    const goal: Goal = {
      event: 'Order Completed',
      where: [],
      within: { amount: 1, unit: 'day' },
      whenReached: 'leave',
    };
    const journey = await engine.publish(waiting({ entry: orders, goal }, { until: hour }));
    const contact = await engine.contact();
    const email = (await engine.models.contacts.findById(contact).lean())?.email ?? '';
    const receivedAt = new Date();
    const sent = ['Order Placed', 'Order Completed'].map((name, index) => ({
      id: nanoid(),
      kind: 'track' as const,
      name,
      identities: [{ kind: 'email' as const, value: email }],
      at: new Date(receivedAt.getTime() - 5_000 + index * 1_000),
      receivedAt,
      properties: { order: 'A' },
      context: {},
      value: null,
      source: 'test',
      bytes: 100,
    }));
    await engine.events.accept(sent);
    await steps.until({ journey }, { state: 'exited', ending: { reason: 'goal' }, goal: { event: sent[1]?.id } });
  });

  it('carried on only after its person has left a wait still takes them out by a rule', async () => {
    const drawn = [
      step('short', 'wait', { until: second }),
      step('long', 'wait', { until: hour }),
      step('end', 'exit'),
    ];
    const exits = [{ event: 'Account Closed', where: [] }];
    const journey = await engine.publish(draw(drawn, ['short -> long', 'long -> end'], { exits }));
    const contact = await engine.contact();
    const id = await steps.byApi(journey, contact);
    const receivedAt = new Date();
    await steps.until({ _id: id }, { node: 'long', registered: true });
    const late: Event = {
      _id: nanoid(),
      kind: 'track',
      name: 'Account Closed',
      contact,
      at: receivedAt,
      receivedAt,
      properties: {},
      value: null,
      history: false,
      source: 'test',
      dispatch: 'pending',
      attempts: 0,
      reason: null,
    };
    await engine.journeys.react(late);
    expect(await steps.one({ _id: id })).toMatchObject({ state: 'exited', ending: { reason: 'rule' } });
  });

  it('that came since the last wait ends the next one, also past a wait that was over already', async () => {
    const past = { until: { kind: 'date', at: '2020-01-01T00:00:00Z' } };
    const drawn = [step('over', 'wait', past), step('await', 'wait-for-event', { until: hour }), step('end', 'exit')];
    const edges = ['over -> await', 'over.past -> await', 'await.happened -> end', 'await.timedOut -> end'];
    const journey = await engine.publish(draw(drawn, edges));
    const contact = await engine.contact();
    const id = await steps.enterQuietly(journey, contact);
    await engine.happen(contact, 'Order Completed');
    await steps.walk(id);
    expect(await steps.walk(id)).toEqual({ happened: [id] });
  });

  it('that came together with the one that ended a wait ends the next wait', async () => {
    const reviewed = { kind: 'event', match: { event: 'Product Reviewed', where: [] } };
    const drawn = [
      step('order', 'wait-for-event', { until: hour }),
      step('review', 'wait-for-event', { awaits: reviewed, until: hour }),
      step('end', 'exit'),
    ];
    const edges = [
      'order.happened -> review',
      'order.timedOut -> end',
      'review.happened -> end',
      'review.timedOut -> end',
    ];
    const journey = await engine.publish(draw(drawn, edges));
    const contact = await engine.contact();
    const id = await steps.byApi(journey, contact);
    await steps.until({ _id: id }, { node: 'order', registered: true });
    const email = (await engine.models.contacts.findById(contact).lean())?.email ?? '';
    const now = new Date();
    const together = ['Order Completed', 'Product Reviewed'].map((name) => ({
      id: nanoid(),
      kind: 'track' as const,
      name,
      identities: [{ kind: 'email' as const, value: email }],
      at: now,
      receivedAt: now,
      properties: {},
      context: {},
      value: null,
      source: 'test',
      bytes: 100,
    }));
    await engine.events.accept(together);
    await steps.until({ _id: id }, { state: 'completed' });
    expect((await steps.one({ _id: id }))?.path.map(({ edge }) => edge)).toEqual(['happened', 'happened', 'end']);
  });

  it('found on registering lets a person of a fast clock go now, not when the wait was to end', async () => {
    const clock = {
      _id: 'fast',
      origin: new Date('2030-01-01'),
      startedAt: new Date(),
      scale: 8_640,
      scaledUntil: null,
    };
    await engine.models.clocks.create(clock);
    const journey = await engine.publish(
      waiting({}, { until: { kind: 'after', duration: { amount: 300, unit: 'day' } } }),
    );
    const contact = await engine.contact({ clock: 'fast' });
    const id = await steps.enterQuietly(journey, contact);
    await engine.happen(contact, 'Order Completed');
    expect(await steps.walk(id)).toEqual({ happened: [id] });
    expect((await steps.one({ _id: id }))?.since.getTime()).toBeLessThanOrEqual(onClock(clock, new Date()).getTime());
  });
});
