import { type Coupons, givenOnTheWay, type IssuedCoupon, issueKey } from './issue.ts';

/** Coupons for as long as a page of people is carried on: what they were issued on the way is not read again. */
export function rememberIssued(coupons: Coupons): Coupons {
  const issued = new Map<string, IssuedCoupon>();
  return {
    async issue(orders) {
      const answer = await coupons.issue(orders);
      for (const { enrollment, step } of orders) {
        const coupon = answer.get(enrollment._id);
        if (coupon) issued.set(issueKey(enrollment._id, step.id), coupon);
      }
      return answer;
    },
    async heldBy(plan, runs) {
      const known = runs.map((run) => ({
        run,
        steps: givenOnTheWay(plan, run).map((step) => [step, issued.get(issueKey(run._id, step))] as const),
      }));
      const isKnown = ({ steps }: (typeof known)[number]) => steps.every(([, coupon]) => coupon !== undefined);
      const others = known.filter((one) => !isKnown(one)).map(({ run }) => run);
      const held = others.length > 0 ? await coupons.heldBy(plan, others) : new Map();
      for (const { run, steps } of known.filter(isKnown)) held.set(run._id, Object.fromEntries(steps));
      return held;
    },
  };
}
