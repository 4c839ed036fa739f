import { z } from 'zod';
import { Duration } from './duration.ts';

const StepRef = z.string().min(1);

/** A point in time relative to a person: used by waits, time-outs and deadlines. `before` moves it earlier. */
export const Moment = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('after'), duration: Duration }),
  z.strictObject({ kind: z.literal('date'), at: z.iso.datetime({ offset: true }) }),
  /** The next of these ISO weekdays (1 Monday … 7 Sunday) at this hour in the contact's time zone. */
  z.strictObject({
    kind: z.literal('weekday'),
    weekdays: z.array(z.number().int().min(1).max(7)).min(1),
    time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  }),
  z.strictObject({ kind: z.literal('monthEnd'), before: Duration.nullable().default(null) }),
  z.strictObject({ kind: z.literal('couponDeadline'), coupon: StepRef, before: Duration.nullable().default(null) }),
]);
export type Moment = z.infer<typeof Moment>;

/** Whether the moment may already lie behind a person who comes to it. */
export function canBePast(moment: Moment): boolean {
  return (
    moment.kind === 'date' || moment.kind === 'couponDeadline' || (moment.kind === 'monthEnd' && moment.before !== null)
  );
}
