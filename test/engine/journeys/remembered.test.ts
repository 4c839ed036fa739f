import { expect, test } from 'vitest';
import type { CouponOrder, Coupons, Holder } from '#engine/coupons/issue.ts';
import { rememberIssued } from '#engine/coupons/remembered.ts';

const plan = {
  steps: { gift: { kind: 'coupon', id: 'gift' }, bonus: { kind: 'coupon', id: 'bonus' }, hello: { kind: 'message' } },
  nodes: { hello: { step: 'hello' }, gift: { step: 'gift' }, bonus: { step: 'bonus' } },
} as unknown as Parameters<Coupons['heldBy']>[0];
const passed = (node: string) => ({ node, edge: 'next', at: new Date(0), batch: 'b' });
const run = (_id: string, node: string, ...path: string[]): Holder => ({ _id, node, path: path.map(passed) });
const order = (_id: string, step: string) => ({ enrollment: { _id }, step: { id: step } }) as unknown as CouponOrder;
const coupon = (code: string) => ({ code, deadline: null });

/** Stored coupons, and who was asked for. */
function stored() {
  const asked: string[] = [];
  const coupons: Coupons = {
    issue: async (orders) => new Map(orders.map(({ enrollment, step }) => [enrollment._id, coupon(`${step.id}-1`)])),
    heldBy: async (_plan, runs) => {
      asked.push(...runs.map(({ _id }) => _id));
      return new Map(runs.map(({ _id }) => [_id, { gift: coupon('stored') }]));
    },
  };
  return { asked, coupons: rememberIssued(coupons) };
}

test('what was issued on the way is not asked for again', async () => {
  const { asked, coupons } = stored();
  await coupons.issue([order('one', 'gift')]);
  const held = await coupons.heldBy(plan, [run('one', 'gift', 'hello'), run('none', 'hello')]);
  expect(held.get('one')).toEqual({ gift: coupon('gift-1') });
  expect(held.get('none') ?? {}).toEqual({});
  expect(asked).toEqual([]);
});

test('who came through a step that gave them one before is asked for', async () => {
  const { asked, coupons } = stored();
  await coupons.issue([order('two', 'bonus')]);
  const held = await coupons.heldBy(plan, [run('two', 'bonus', 'hello', 'gift'), run('three', 'gift')]);
  expect(held.get('three')).toEqual({ gift: coupon('stored') });
  expect(asked).toEqual(['two', 'three']);
});
