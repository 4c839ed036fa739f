import { nanoid } from 'nanoid';
import { expect, vi } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Drawing } from '#shared/journey.ts';
import { walkOne } from './walk-one.ts';
import { createEnter, type Newcomer } from '#engine/journeys/enter.ts';
import { draw, step } from './drawing.ts';
import type { TestEngine } from './engine.ts';

export const hour = { kind: 'after', duration: { amount: 1, unit: 'hour' } } as const;

/** Single steps of an engine, so that a test says what comes between them. */
export function byStepsOf(engine: TestEngine) {
  const one = (filter: object) => engine.models.enrollments.findOne(filter).lean<Enrollment>();
  return {
    one,
    until: (filter: object, expected: object) =>
      vi.waitFor(async () => expect(await one(filter)).toMatchObject(expected), 15_000),
    byApi: async (journey: string, contact: string): Promise<string> =>
      (await engine.journeys.byHand.enter({ journey, contact, idempotencyKey: nanoid() })) ?? '',
    /** Enters without a workflow, so that a test calls the batches as Temporal would. */
    async enterQuietly(journey: string, contact: string, fields: Partial<Newcomer> = {}): Promise<string> {
      const quiet = { ...engine.journeys.starter, group: async () => {} };
      const enter = createEnter(engine.base, quiet, engine.journeys.mergeRuns);
      const newcomer = { contact, occasion: nanoid(), key: '', countsFrom: new Date(), entryEvent: null, ...fields };
      const plan = await engine.journeys.plans.get(`${journey}/v1`);
      const [id = ''] = await enter({ plan, people: [newcomer], group: `${plan._id}/quiet`, queue: 'live' });
      return id;
    },
    /** One batch of one person, at the node they stand at. */
    async walk(id: string, at = new Date()) {
      const row = await one({ _id: id });
      const batch = { plan: row?.plan ?? '', key: row?.group ?? '', node: row?.node ?? '', ids: [id] };
      const attempt = { id: nanoid(), token: nanoid() };
      return walkOne(engine.walk, { ...batch, at: at.toISOString() }, attempt);
    },
  };
}

/** A journey that waits for an order for an hour. */
export function waiting(settings: Partial<Drawing> = {}, awaited: object = { until: hour }): Drawing {
  return draw(
    [step('await', 'wait-for-event', awaited), step('end', 'exit')],
    ['await.happened -> end', 'await.timedOut -> end'],
    settings,
  );
}
