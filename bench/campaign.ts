import type { Drawing } from '#shared/journey.ts';
import type { Step } from '#shared/steps/index.ts';
import { MOST_POINTS } from './crowd.ts';
import { asking, edge, letter, letterStep, speechless } from './letter.ts';

/** The event the campaign exists for. */
export const GOAL = 'Order Completed';
/** What the keys of its second mails end in. */
export const COUPON_KEY = /\|(?:large|small)$/;

/** The benchmark's journey: a mail, a wait, a branch, a coupon by mail, and an order as the goal, which ends the run. */
export function campaign({ segment, waitSeconds }: { segment: string; waitSeconds: number }): Drawing {
  return {
    entry: { kind: 'segment', source: 'Crowd', segment, who: 'matching' },
    reentry: { kind: 'once' },
    goal: { event: GOAL, where: [], within: { amount: 1, unit: 'day' }, whenReached: 'leave' },
    exits: [],
    start: 'hello',
    steps: [
      letterStep('hello'),
      {
        kind: 'wait',
        id: 'pause',
        name: 'A while',
        ...speechless,
        until: { kind: 'after', duration: { amount: waitSeconds, unit: 'second' } },
      },
      {
        kind: 'branch',
        id: 'points',
        name: 'Many points?',
        ...speechless,
        ways: [
          {
            id: 'many',
            label: 'Many',
            condition: { kind: 'profile', path: 'points', operator: 'greaterThan', value: MOST_POINTS / 2 },
          },
        ],
      },
      couponStep('large', { percent: 25, waitSeconds }),
      couponStep('small', { percent: 10, waitSeconds }),
      { kind: 'exit', id: 'end', name: 'Done', ...speechless },
    ],
    edges: [
      edge('hello', 'pause'),
      edge('pause', 'points'),
      edge('points', 'large', 'many'),
      edge('points', 'small', 'else'),
      ...['large', 'small'].flatMap((id) => [edge(id, 'end', 'redeemed'), edge(id, 'end', 'expired')]),
    ],
    layout: {},
  };
}

function couponStep(id: string, { percent, waitSeconds }: { percent: number; waitSeconds: number }): Step {
  return {
    kind: 'coupon',
    id,
    name: `${percent} %`,
    ...asking,
    codes: { kind: 'generated', prefix: 'BENCH-' },
    discount: { kind: 'percent', percent },
    deadline: { kind: 'after', duration: { amount: waitSeconds, unit: 'second' } },
    leaveBefore: null,
    message: letter,
  };
}
