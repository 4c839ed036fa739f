import { resolveMoment } from '../moment.ts';
import { speak } from './speak.ts';
import type { Decision, EngineStep } from './step.ts';

/** Issues each person's code, then sends the message that brings it; whom the pool has no code for is parked and gets nothing. */
export const coupon: EngineStep<'coupon'> = {
  async act(deps, batch) {
    const { step, people } = batch;
    const zone = await deps.workspaceZone();
    const issued = await deps.coupons.issue(
      people.map(({ row, contact, at }) => ({
        enrollment: row,
        step,
        at,
        deadline: resolveMoment(step.deadline, {
          at,
          contactZone: contact.timeZone,
          workspaceZone: zone,
          couponDeadline: () => null,
        }),
      })),
    );
    const holders = people.filter(({ row }) => issued.has(row._id));
    const spoken = await speak(deps, { ...batch, people: holders }, { message: step.message, edge: 'issued' });
    const parked = people
      .filter(({ row }) => !issued.has(row._id))
      .map(({ row }): [string, Decision] => [row._id, { kind: 'failed', code: 'emptyPool' }]);
    return new Map([...spoken, ...parked]);
  },
};
