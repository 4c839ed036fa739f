import { nanoid } from 'nanoid';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Entry } from '#shared/journey.ts';
import { draw, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { contactRow } from '../support/people-rows.ts';
import { travellersOf } from '../support/travellers.ts';

const PEOPLE = 1_700;
/** Who has come in by the first two pages. */
const FIRST_TWO_PAGES = 1_500;
let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
/** What workers wait for before they walk people, and before they take in a plan's next page. */
let walking: Promise<void>;
let takingIn: (plan: string) => Promise<void>;
beforeAll(async () => {
  engine = await openEngine({
    around: (activities) => ({
      ...activities,
      walkPage: async (batch) => {
        await walking;
        return activities.walkPage(batch);
      },
      enterPage: async (plan) => {
        await takingIn(plan);
        return activities.enterPage(plan);
      },
    }),
  });
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());
beforeEach(() => {
  walking = Promise.resolve();
  takingIn = () => Promise.resolve();
});

/** A tag of their own, and a segment of everyone who has it. */
async function crowd(): Promise<string> {
  const tag = nanoid(6);
  const now = new Date();
  await engine.models.contacts.insertMany(
    Array.from({ length: PEOPLE }, (_, index) => contactRow(`${tag}-${index}`, [], { tags: [tag] })),
  );
  const condition = { kind: 'tag', tag, has: true } as const;
  await engine.models.segments.create({
    _id: tag,
    name: tag,
    condition,
    createdAt: now,
    updatedAt: now,
    sample: false,
  });
  return tag;
}

const entryBy = (segment: string, who: 'matching' | 'joining' | 'both'): Entry => ({
  kind: 'segment',
  source: 'crm',
  segment,
  who,
});
const waiting = (entry: Entry, minutes = 10) =>
  draw(
    [
      step('pause', 'wait', { until: { kind: 'after', duration: { amount: minutes, unit: 'minute' } } }),
      step('end', 'exit'),
    ],
    ['pause -> end'],
    { entry },
  );
const inside = (journey: string, plan?: string) =>
  engine.models.enrollments.countDocuments({ journey, ...(plan && { plan }) });

it('an audience comes in whole while every place for bulk work is taken', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  walking = promise;
  const journey = await engine.publish(waiting(entryBy(await crowd(), 'matching')));
  await vi.waitFor(async () => expect(await inside(journey)).toBe(PEOPLE), 30_000);
  expect(await engine.models.enrollments.countDocuments({ journey, registered: true })).toBe(0);
  resolve();
  const waits = { journey, registered: true };
  await vi.waitFor(async () => expect(await engine.models.enrollments.countDocuments(waits)).toBe(PEOPLE), 60_000);
});

/** Publishes to a crowd, and holds its third page. */
async function publishedHalfRead() {
  const tag = await crowd();
  const { promise: again, resolve: goOn } = Promise.withResolvers<void>();
  let pages = 0;
  takingIn = async (plan) => {
    if (plan.endsWith('/v1') && ++pages === 3) await again;
  };
  const journey = await engine.publish(waiting(entryBy(tag, 'matching')));
  await vi.waitFor(() => expect(pages).toBe(3), 30_000);
  return { tag, journey, goOn };
}
const allRead = async (plan: string) =>
  expect((await engine.models.plans.findById(plan).lean())?.audience).toMatchObject({ done: true });

it('published again while its audience is still being read, a journey takes everyone in once: the rest by the new plan', async () => {
  const { tag, journey, goOn } = await publishedHalfRead();
  await travellers.republish(journey, waiting(entryBy(tag, 'both'), 20));
  goOn();
  await vi.waitFor(() => allRead(`${journey}/v2`), 60_000);
  expect(await inside(journey, `${journey}/v1`)).toBe(FIRST_TWO_PAGES);
  expect(await inside(journey, `${journey}/v2`)).toBe(PEOPLE - FIRST_TWO_PAGES);
  const people = await engine.models.enrollments.distinct('contact', { journey });
  expect(people).toHaveLength(PEOPLE);
});

it('published again with another entry, a journey takes in nobody any more by the old one', async () => {
  const { tag, journey, goOn } = await publishedHalfRead();
  await travellers.republish(journey, waiting(entryBy(tag, 'joining')));
  goOn();
  await vi.waitFor(() => allRead(`${journey}/v2`), 60_000);
  const late = await engine.contact({ tags: [tag] });
  await engine.members.refresh([late]);
  await vi.waitFor(async () => expect(await inside(journey, `${journey}/v2`)).toBe(1), 30_000);
  expect(await inside(journey)).toBe(FIRST_TWO_PAGES + 1);
});
