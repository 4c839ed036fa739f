import { describe, expect, it } from 'vitest';
import { compile } from '#shared/compile.ts';
import type { Drawing } from '#shared/journey.ts';
import { draw, says, step } from '../support/drawing.ts';

const context = { segments: new Set<string>(), senders: new Set<string>(), pools: new Set<string>() };
const compiled = (drawing: Drawing) => compile({ id: 'j', version: 1, drawing }, context);
const problemsOf = (drawing: Drawing) => {
  const result = compiled(drawing);
  const problems = result.kind === 'plan' ? result.warnings : result.problems;
  return problems.map(({ severity, step, code }) => `${severity} ${step ?? 'journey'} ${code}`);
};
const hello = () => step('hello', 'message', { message: says('Hello') });
const end = () => step('end', 'exit');

describe('compile', () => {
  it('turns steps into do and wait nodes, a coupon into one of each', () => {
    const coupon = step('coupon', 'coupon', { message: says('Yours', 'Code {{ coupon.code }}') });
    const result = compiled(
      draw([coupon, hello(), end()], ['coupon.redeemed -> end', 'coupon.expired -> hello', 'hello -> end']),
    );
    if (result.kind !== 'plan') throw new Error(JSON.stringify(result.problems));
    expect(result.plan._id).toBe('j/v1');
    expect(result.plan.nodes).toMatchObject({
      coupon: { sort: 'do', edges: { issued: 'coupon.redemption' } },
      'coupon.redemption': { sort: 'wait', onEvent: 'redeemed', edges: { redeemed: 'end', expired: 'hello' } },
      hello: { sort: 'do', edges: { next: 'end' } },
      end: { sort: 'do', edges: {} },
    });
    expect(result.plan.sources).toEqual({ coupon: 'crm', hello: 'crm', end: 'crm' });
  });

  it('inherits the traffic source along the edges from the nearest step that names one', () => {
    const own = step('own', 'message', { message: says('Hi'), brief: { ...hello().brief, source: 'partner' } });
    const result = compiled(
      draw([hello(), own, step('late', 'wait'), end()], ['hello -> own', 'own -> late', 'late -> end']),
    );
    expect(result).toMatchObject({ plan: { sources: { hello: 'crm', own: 'partner', late: 'partner' } } });
  });

  it('names an unreachable step, a missing way out and a circle', () => {
    expect(problemsOf(draw([hello(), step('island', 'exit')], []))).toEqual([
      'error hello noWayOut',
      'error island unreachable',
    ]);
    const circle = draw([step('a', 'wait'), step('b', 'wait')], ['a -> b', 'b -> a']);
    expect(problemsOf(circle)).toEqual(['error a cycle', 'error b cycle']);
  });

  it('wants the whole brief where a step speaks, and none where it does not', () => {
    const silent = { target: null, source: null, callToAction: null };
    const drawing = draw(
      [step('hello', 'message', { message: says(''), brief: silent, stage: null }), end()],
      ['hello -> end'],
    );
    expect(problemsOf(drawing)).toEqual([
      'error hello missingStage',
      'error hello missingTarget',
      'error hello missingCallToAction',
      'error hello emptyMessage',
    ]);
    expect(problemsOf(draw([step('pause', 'wait', { brief: silent, stage: null }), end()], ['pause -> end']))).toEqual(
      [],
    );
  });

  it('refuses a coupon that is not issued on every way to where it is printed', () => {
    const fork = step('fork', 'branch', {
      ways: [{ id: 'vip', label: 'VIP', condition: { kind: 'all', of: [{ kind: 'tag', tag: 'vip', has: true }] } }],
    });
    const coupon = step('coupon', 'coupon', { message: says('Yours', '{{ coupon.code }}') });
    const reminder = step('reminder', 'message', { message: says('Soon over', '{{ coupon.code }}') });
    const ways = [
      'fork.vip -> coupon',
      'fork.else -> reminder',
      'coupon.redeemed -> end',
      'coupon.expired -> reminder',
      'reminder -> end',
    ];
    expect(problemsOf(draw([fork, coupon, reminder, end()], ways))).toEqual(['error reminder couponNotBefore']);
  });

  it('lets who is too late go on by the main way, and says so', () => {
    const christmas = step('wait', 'wait', { until: { kind: 'date', at: '2026-12-24T18:00:00Z' } });
    const drawing = draw([christmas, end()], ['wait -> end']);
    expect(problemsOf(drawing)).toEqual(['warning wait pastFallsThrough']);
    expect(compiled(drawing)).toMatchObject({ plan: { nodes: { wait: { edges: { next: 'end', past: 'end' } } } } });
  });

  it('knows unknown segments, senders and pools', () => {
    const entry = { kind: 'segment', source: 'base', segment: 'gone', who: 'both' } as const;
    const message = step('hello', 'message', { message: { ...says('Hi'), sender: 'nobody' } });
    const pool = step('pool', 'coupon', { codes: { kind: 'pool', pool: 'gone' }, message: says('Hi') });
    const ways = ['hello -> pool', 'pool.redeemed -> end', 'pool.expired -> end'];
    expect(problemsOf(draw([message, pool, end()], ways, { entry }))).toEqual([
      'error journey unknownSegment',
      'error hello unknownSender',
      'error pool emptyPool',
    ]);
  });
});
