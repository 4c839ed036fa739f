import type { CouponOrder } from '../coupons/issue.ts';
import { resolveMoment } from '../moment.ts';
import { decideAlone } from './decide-alone.ts';
import { speak } from './speak.ts';
import type { Decision, EngineStep } from './step.ts';

/** Issues each person's code, then sends the message that brings it; whom the pool has no code for is parked and gets nothing. */
export const coupon: EngineStep<'coupon'> = {
  async act(deps, batch) {
    const { step, people } = batch;
    const zone = await deps.workspaceZone();
    const parked = new Map<string, Decision>();
    const orders = people.flatMap(({ row, contact, at }): CouponOrder[] => {
      const context = { at, contactZone: contact.timeZone, workspaceZone: zone, couponDeadline: () => null };
      const decided = decideAlone(deps.base, row, () => ({ deadline: resolveMoment(step.deadline, context) }));
      if ('deadline' in decided) return [{ enrollment: row, step, at, deadline: decided.deadline }];
      parked.set(row._id, decided);
      return [];
    });
    const issued = await deps.coupons.issue(orders);
    for (const { enrollment } of orders) {
      if (!issued.has(enrollment._id)) parked.set(enrollment._id, { kind: 'failed', code: 'emptyPool' });
    }
    const holders = people.filter(({ row }) => issued.has(row._id));
    const spoken = await speak(deps, { ...batch, people: holders }, { message: step.message, edge: 'issued' });
    return new Map([...spoken, ...parked]);
  },
};
