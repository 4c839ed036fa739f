import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, Group } from '#shared/activities.ts';
import type { Delivery } from '#shared/delivery.ts';
import { onClock } from '#shared/clock.ts';
import { SECOND_MS } from '#shared/duration.ts';
import { walkOne } from '../../support/walk-one.ts';
import { HEAD_START_MS, untilDue } from '#engine/journeys/head-start.ts';
import { createEnter } from '#engine/journeys/enter.ts';
import { bundleWorkflows } from '#engine/temporal/worker.ts';
import { draw, says, step } from '../../support/drawing.ts';
import { openEngine, type TestEngine } from '../../support/engine.ts';
import { openTemporal, type TestTemporal } from '../../support/temporal.ts';

/** A day every ten seconds, as the sample's. */
const SCALE = 8_640;

describe('on a clock of a day every ten seconds', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
    const clock = { origin: new Date('2026-03-10T09:00:00Z'), startedAt: new Date(Date.now() - 600 * SECOND_MS) };
    await engine.models.clocks.create({ _id: 'fast', ...clock, scale: SCALE, scaledUntil: null });
  });
  afterAll(() => engine.close());

  /** Walks someone due a minute ago through a message, in a group that began so late; answers due, row and delivery. */
  async function walksLate(groupLateMs: number) {
    const contact = await engine.contact({ clock: 'fast' });
    const journey = await engine.publish(
      draw([step('hello', 'message', { message: says('Hello') }), step('end', 'exit')], ['hello -> end']),
    );
    const plan = await engine.journeys.plans.get(`${journey}/v1`);
    const enter = createEnter(engine.base, { ...engine.journeys.starter, group: async () => {} }, async () => {});
    const person = { contact, occasion: 'once', key: '', countsFrom: new Date(), entryEvent: null };
    const [id = ''] = await enter({ plan, people: [person], group: 'key', queue: 'live' });
    const now = Date.now();
    const due = new Date(now - 60 * SECOND_MS);
    await engine.models.enrollments.updateOne({ _id: id }, { $set: { due } });
    const began = new Date(due.getTime() + groupLateMs).toISOString();
    const batch = { plan: plan._id, key: 'key', node: 'hello', ids: [id], at: new Date(now).toISOString(), began };
    await walkOne(engine.walk, batch, { id: `run/${id}`, token: 't' });
    const row = await engine.models.enrollments.findById(id).lean();
    const delivery = await engine.models.deliveries.findById(`${id}|hello`).lean<Delivery>();
    const clock = await engine.base.clocks.get('fast');
    return { due: onClock(clock, due), now: onClock(clock, new Date(now)), row, delivery };
  }

  it('a group that began in time is in time to its last batch, which runs as of its due', async () => {
    const { due, row, delivery } = await walksLate(2 * SECOND_MS);
    expect(delivery).toMatchObject({ state: 'sent', sentAt: due });
    expect(row?.path).toMatchObject([{ node: 'hello', edge: 'next', at: due }]);
  });

  it('a group that began late is late, and its message is skipped by the lateness rule', async () => {
    const { now, row, delivery } = await walksLate(20 * SECOND_MS);
    expect(delivery).toMatchObject({ state: 'skipped', reason: 'late' });
    expect(row?.path).toMatchObject([{ node: 'hello', edge: 'next', at: now }]);
  });
});

/** What a page of the group below takes. */
const TAKES_MS = 600;

describe('a group', () => {
  let temporal: TestTemporal;
  beforeAll(async () => {
    temporal = await openTemporal();
  });
  afterAll(() => temporal.close());

  /** Carries a group whose people take a while each, due so much later where that is said; answers its batches, and when the last was over. */
  async function carried(aheadMs?: number): Promise<{ batches: Batch[]; due: string; overAt: string }> {
    const batches: Batch[] = [];
    let overAt = '';
    const rounds = [[{ node: 'a', ids: ['2'] }], []];
    const worker = await Worker.create({
      connection: temporal.native,
      namespace: temporal.namespace,
      taskQueue: 'groups',
      workflowBundle: await bundleWorkflows(),
      activities: {
        gather: () => Promise.resolve({ pages: rounds.shift() ?? [], mark: '' }),
        async walkPage(batch: Batch) {
          batches.push(batch);
          await untilDue(batch);
          await pause(TAKES_MS);
          overAt = new Date().toISOString();
        },
      },
    });
    const due = new Date(Date.now() + (aheadMs ?? 0)).toISOString();
    const early = aheadMs === undefined ? {} : { due };
    const group: Group = { plan: 'p', key: 'k', first: [{ node: 'a', ids: ['1'] }], ...early };
    const options = { workflowId: 'group/k', taskQueue: 'groups', args: [group, 'groups'] };
    await worker.runUntil(temporal.client.workflow.execute('carryGroup', options));
    return { batches, due, overAt };
  }

  it('tells all its batches when it began, before anything was asked of a busy worker', async () => {
    const { batches, overAt } = await carried();
    expect(batches.map(({ node, ids }) => `${node}${ids.join('')}`)).toEqual(['a1', 'a2']);
    expect(new Set(batches.map(({ began }) => began)).size).toBe(1);
    expect(batches[0]?.began?.localeCompare(overAt)).toBe(-1);
  });

  it('that begins before its people are due runs as of their due, and goes on as of now', async () => {
    const { batches, due } = await carried(TAKES_MS - 100);
    expect(batches.map(({ at }) => at === due)).toEqual([true, false]);
    expect(batches.map(({ began }) => began)).toEqual([due, due]);
  });

  it('that begins far too early, by a wrong clock, takes nobody for due', async () => {
    const { batches, due } = await carried(60 * SECOND_MS);
    expect(batches.map(({ at, began = '' }) => [at < due, began < due])).toEqual([
      [true, true],
      [true, true],
    ]);
  });
});

it.each([
  { what: 'waits for its due, and for what came just before', aheadMs: 80, leastMs: 125 },
  { what: 'waits no longer than it can be early', aheadMs: 60_000, leastMs: HEAD_START_MS },
  { what: 'that is due does not wait', aheadMs: -60_000, leastMs: 0 },
])('a batch $what', async ({ aheadMs, leastMs }) => {
  const began = performance.now();
  await untilDue({ due: new Date(Date.now() + aheadMs).toISOString() });
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThanOrEqual(leastMs);
  expect(tookMs).toBeLessThan(leastMs + SECOND_MS);
});
