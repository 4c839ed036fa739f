import type { Condition, LeafCondition, ValueCondition } from '#shared/condition.ts';
import { type Contact, summaryKey } from '#shared/contact.ts';
import { DAY_MS } from '#shared/duration.ts';
import type { SeenEvent } from '#shared/evaluate.ts';

/** A repeatable source of chance (mulberry32). */
export function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const of = <T>(choices: readonly T[]): T => {
    const chosen = choices[whole(0, choices.length - 1)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  return { whole, of };
}
export type Chance = ReturnType<typeof chance>;

const names = ['Order Completed', 'Page.Viewed'];

/** An event within fifty days of an instant, often exactly a whole number of days away. */
export function anEvent(random: Chance, around: Date): SeenEvent {
  const minor = random.of([-500, 0, 1_000, 2_500]);
  return {
    name: random.of(names),
    at: new Date(around.getTime() + random.whole(-50, 50) * DAY_MS + random.of([0, 0, 1, -1])),
    properties: { coupon: random.of(['A', 'B', '', null]), cds: random.whole(1, 3) },
    value: random.of([null, { minor, currency: 'USD' }]),
  };
}

export function aCondition(random: Chance, depth = 2): Condition {
  if (depth === 0 || random.whole(0, 2) === 0) return aLeaf(random);
  const of = Array.from({ length: random.whole(0, 3) }, () => aCondition(random, depth - 1));
  return { kind: random.of(['all', 'any']), of };
}

function aLeaf(random: Chance): LeafCondition {
  const tally = {
    event: random.of(names),
    where: random.of<ValueCondition[]>([[], [], [{ path: 'coupon', operator: 'equals', value: 'A' }]]),
    comparison: random.of(['exactly', 'atLeast', 'atMost', 'moreThan', 'lessThan'] as const),
    within: random.of([null, { amount: random.whole(0, 60), unit: 'day' as const }]),
  };
  return random.of<LeafCondition>([
    { kind: 'count', ...tally, times: random.whole(0, 3) },
    { kind: 'count', ...tally, times: random.whole(0, 3) },
    { kind: 'sum', ...tally, minor: random.of([0, 1_000, 3_500]) },
    { kind: 'tag', tag: 'vip', has: random.of([true, false]) },
    { kind: 'profile', path: 'plan', operator: 'equals', value: random.of(['free', 3, '3']) },
    {
      kind: 'profile',
      path: 'plan',
      operator: random.of(['notEquals', 'greaterThan', 'lessThan']),
      value: random.of([2, 3]),
    },
    { kind: 'profile', path: 'plan', operator: random.of(['contains', 'startsWith']), value: 'R' },
    { kind: 'profile', path: random.of(['plan', 'city']), operator: random.of(['exists', 'missing']) },
    { kind: 'stage', comparison: random.of(['is', 'atLeast', 'below']), stage: random.of(['awareness', 'convert']) },
    { kind: 'consent', channel: 'email', given: random.of([true, false]) },
  ]);
}

/** What a contact's events come to by name. */
export function summariesOf(events: readonly SeenEvent[]): Contact['summaries'] {
  const byName = Map.groupBy(events, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, own]) => {
      const times = own.map(({ at }) => at.getTime());
      return [
        summaryKey(name),
        {
          count: own.length,
          first: new Date(Math.min(...times)),
          last: new Date(Math.max(...times)),
          minor: own.reduce((sum, { value }) => sum + (value?.minor ?? 0), 0),
        },
      ];
    }),
  );
}
