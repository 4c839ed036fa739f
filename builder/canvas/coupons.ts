import type { CouponChoice } from '../ui/moment-input.tsx';
import { couponsBefore } from './drawing.ts';
import { useEditor } from './editor.ts';
import { definitionOf } from '#shared/steps/index.ts';

/** The coupons a step may name: those issued on the way to it. */
export function useCoupons(stepId: string): CouponChoice[] {
  const drawing = useEditor((editor) => editor.drawing);
  return couponsBefore(drawing, stepId).map(({ id, name }) => ({ value: id, label: name }));
}

/** The same with the step's own coupon, which its own message and call to action may name. */
export function useCouponsOfBrief(stepId: string): CouponChoice[] {
  const own = useEditor((editor) => editor.drawing.steps.find(({ id }) => id === stepId));
  const before = useCoupons(stepId);
  return own && definitionOf(own).issuesCoupon ? [{ value: own.id, label: own.name }, ...before] : before;
}
