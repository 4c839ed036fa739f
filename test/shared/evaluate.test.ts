import { describe, expect, test } from 'vitest';
import type { Condition } from '#shared/condition.ts';
import { DAY_MS } from '#shared/duration.ts';
import { decide, evaluate, matchesEvent, needsEvents, type SeenEvent, type Subject } from '#shared/evaluate.ts';
import { oracle } from '../support/condition-oracle.ts';
import { aCondition, anEvent, chance, summariesOf } from '../support/random-people.ts';

const now = new Date('1997-04-30T00:00:00Z');

function subject(events: SeenEvent[], rest: Partial<Subject> = {}): Subject {
  return {
    profile: {},
    tags: [],
    stage: 'awareness',
    consent: { email: { state: 'unknown', at: null, source: '' } },
    summaries: summariesOf(events),
    ...rest,
  };
}

function order(at: string, dollars = 10): SeenEvent {
  return {
    name: 'Order Completed',
    at: new Date(at),
    properties: { revenue: dollars },
    value: { minor: dollars * 100, currency: 'USD' },
  };
}

function orders(comparison: 'exactly' | 'atLeast', times: number, days: number | null = null): Condition {
  const within = days === null ? null : { amount: days, unit: 'day' as const };
  return { kind: 'count', event: 'Order Completed', where: [], comparison, times, within };
}

const silentBuyers: Condition = { kind: 'all', of: [orders('exactly', 1), orders('exactly', 0, 30)] };

describe('the worked example', () => {
  test('an order exactly thirty days ago is not yet more than thirty days of silence', () => {
    expect(evaluate(silentBuyers, subject([order('1997-03-31T00:00:00Z')]), now)).toBe(false);
    expect(evaluate(silentBuyers, subject([order('1997-03-30T23:59:59.999Z')]), now)).toBe(true);
  });

  test('an order after the instant is not seen', () => {
    const events = [order('1997-01-01T00:00:00Z'), order('1997-05-02T00:00:00Z')];
    expect(evaluate(silentBuyers, subject(events), now)).toBe(true);
    expect(evaluate(silentBuyers, subject(events), new Date('1997-05-02T00:00:00Z'))).toBe(false);
  });
});

test('ordered twice within ninety days needs the events when older ones exist', () => {
  const twice = orders('atLeast', 2, 90);
  const events = [order('1996-01-01T00:00:00Z'), order('1997-04-01T00:00:00Z'), order('1997-04-02T00:00:00Z')];
  expect(needsEvents(twice)).toBe(true);
  expect(decide(twice, subject(events), now)).toBe(null);
  expect(evaluate(twice, subject(events, { events }), now)).toBe(true);
  expect(evaluate(twice, subject(events, { events: events.slice(0, 2) }), now)).toBe(false);
});

test('spent over a hundred sums minor units', () => {
  const spent: Condition = {
    kind: 'sum',
    event: 'Order Completed',
    where: [],
    comparison: 'moreThan',
    minor: 10_000,
    within: null,
  };
  expect(evaluate(spent, subject([order('1997-01-01T00:00:00Z', 100)]), now)).toBe(false);
  expect(evaluate(spent, subject([order('1997-01-01T00:00:00Z', 101)]), now)).toBe(true);
  expect(needsEvents(spent)).toBe(false);
});

test('numbers stored as text compare as numbers, dates as dates', () => {
  const person = subject([], { profile: { age: '41', born: '1985-02-03', city: 'Köln', constructor: 1 } });
  const holds = (operator: 'greaterThan' | 'lessThan' | 'equals' | 'contains', path: string, value: string | number) =>
    evaluate({ kind: 'profile', path, operator, value }, person, now);
  expect(holds('greaterThan', 'age', 9)).toBe(true);
  expect(holds('equals', 'age', 41)).toBe(true);
  expect(holds('lessThan', 'born', '1985-02-03T01:00:00Z')).toBe(true);
  expect(holds('contains', 'city', 'ÖLN')).toBe(true);
  expect(holds('equals', 'toString.name', 'toString')).toBe(false);
});

test('a match on an event looks into lists of products', () => {
  const match = {
    event: 'Order Completed',
    where: [{ path: 'products.sku', operator: 'equals' as const, value: 'B' }],
  };
  const event = { name: 'Order Completed', properties: { products: [{ sku: 'A' }, { sku: 'B' }] } };
  expect(matchesEvent(match, event)).toBe(true);
  expect(matchesEvent(match, { ...event, properties: { products: [{ sku: 'A' }] } })).toBe(false);
});

describe('on random people and conditions', () => {
  test('with events it agrees with counting them one by one, and without them it is never wrong', () => {
    const random = chance(7);
    let undecided = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const at = new Date(now.getTime() + random.whole(-40, 40) * DAY_MS);
      const events = Array.from({ length: random.whole(0, 5) }, () => anEvent(random, now));
      const person = subject(events, {
        profile: { plan: random.of(['free', 'pro', 3, '3']) },
        tags: random.of([[], ['vip']]),
      });
      const condition = aCondition(random);
      const truth = oracle(condition, { ...person, events }, at);
      expect(evaluate(condition, { ...person, events }, at), JSON.stringify({ condition, events, at })).toBe(truth);
      const bySummary = decide(condition, person, at);
      if (bySummary === null) undecided += 1;
      else expect(bySummary, JSON.stringify({ condition, events, at })).toBe(truth);
    }
    expect(undecided).toBeGreaterThan(100);
  });
});
