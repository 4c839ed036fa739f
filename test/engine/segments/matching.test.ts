import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition } from '#shared/condition.ts';
import { DAY_MS } from '#shared/duration.ts';
import type { Models } from '#engine/models/index.ts';
import { indexEventsOf } from '#engine/segments/event-index.ts';
import { countMatching, matching } from '#engine/segments/matching.ts';
import { oracle } from '../../support/condition-oracle.ts';
import { openModels } from '../../support/mongo.ts';
import { contactRow, eventRow } from '../../support/people-rows.ts';
import { aCondition, anEvent, chance, summariesOf } from '../../support/random-people.ts';

const PEOPLE = 400;
const now = new Date('2026-03-01T00:00:00Z');

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;
const random = chance(11);
const people = Array.from({ length: PEOPLE }, (_, index) => {
  const events = Array.from({ length: random.whole(0, 4) }, () => anEvent(random, now));
  const person = contactRow(`person-${index}`, events, {
    clock: random.of(['real', 'real', 'real', 'sample']),
    profile: random.of<Record<string, unknown>>([{}, { plan: 'free' }, { plan: 'pro' }, { plan: 3 }, { plan: '3' }]),
    tags: random.of([[], ['vip']]),
    stage: random.of(['awareness', 'convert']),
    consent: { email: { state: random.of(['given', 'unknown']), at: null, source: '' } },
  });
  return { ...person, events };
});

beforeAll(async () => {
  database = await openModels();
  models = database.models;
  await models.contacts.insertMany(
    people.map(({ events, ...person }) => ({ ...person, summaries: summariesOf(events) })),
  );
  await models.events.insertMany(
    people.flatMap(({ _id, events }) => events.map((event, index) => eventRow(_id, index, event))),
  );
});
afterAll(() => database.close());

test('a filter with a look at the events finds exactly those whom counting one by one finds', async () => {
  const sizes = new Set<number>();
  for (let round = 0; round < 250; round += 1) {
    const condition = aCondition(random);
    const at = new Date(now.getTime() + random.whole(-40, 40) * DAY_MS);
    if (round === 50) await indexEventsOf({ models, log: { warn: () => undefined } }, condition);
    const expected = people
      .filter((person) => person.clock === 'real' && oracle(condition, person, at))
      .map(({ _id }) => _id);
    const question = { condition, clock: 'real', now: at };
    const found: string[] = [];
    for await (const page of matching(models, question)) found.push(...page.map(({ _id }) => _id));
    const told = JSON.stringify({ condition, at });
    expect(found.toSorted(), told).toEqual(expected.toSorted());
    expect(await countMatching(models, question), told).toBe(expected.length);
    sizes.add(expected.length);
  }
  expect(sizes.size).toBeGreaterThan(20);
});

test('the events that segments ask about have indexes, and never more than twenty', async () => {
  for (let event = 0; event < 25; event += 1) {
    const condition: Condition = {
      kind: 'count',
      event: `Event ${event}`,
      where: [],
      comparison: 'atLeast',
      times: 1,
      within: null,
    };
    await indexEventsOf({ models, log: { warn: () => undefined } }, condition);
  }
  const names = (await models.contacts.collection.indexes()).map(({ name }) => name);
  expect(names.filter((name) => name?.startsWith('asked:')).length).toBeLessThanOrEqual(40);
  expect(names).toContain('asked:count:Event 24');
});
