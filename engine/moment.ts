import { DateTime } from 'luxon';
import { durationMs } from '#shared/duration.ts';
import type { Moment } from '#shared/moment.ts';

/** What a moment is relative to: when the person comes to it, the zones to reckon in, and the deadlines of their coupons. */
export type MomentContext = {
  at: Date;
  /** The contact's own time zone; an unknown one falls back to the workspace's. */
  contactZone: string | null;
  workspaceZone: string;
  couponDeadline: (step: string) => Date | null;
};

/** The moment as an instant on the contact's clock; null when it hangs on a coupon that was never issued. */
export function resolveMoment(moment: Moment, context: MomentContext): Date | null {
  switch (moment.kind) {
    case 'after':
      return new Date(context.at.getTime() + durationMs(moment.duration));
    case 'date':
      return new Date(moment.at);
    case 'weekday':
      return nextWeekday(moment.weekdays, moment.time, context);
    case 'monthEnd':
      return earlier(
        DateTime.fromJSDate(context.at, { zone: context.workspaceZone }).endOf('month').toJSDate(),
        moment.before,
      );
    case 'couponDeadline': {
      const deadline = context.couponDeadline(moment.coupon);
      return deadline && earlier(deadline, moment.before);
    }
  }
}

function earlier(instant: Date, before: Parameters<typeof durationMs>[0] | null): Date {
  return before === null ? instant : new Date(instant.getTime() - durationMs(before));
}

/** The next such weekday and hour at or after now. An hour that a clock change skips comes as the first that exists; one that it repeats comes the first time. */
function nextWeekday(
  weekdays: readonly number[],
  time: string,
  { at, contactZone, workspaceZone }: MomentContext,
): Date {
  const own = DateTime.fromJSDate(at, { zone: contactZone ?? workspaceZone });
  const now = own.isValid ? own : DateTime.fromJSDate(at, { zone: workspaceZone });
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  for (let days = 0; days <= 7; days++) {
    const day = now.plus({ days }).set({ hour, minute, second: 0, millisecond: 0 });
    const first = day.getPossibleOffsets().find((pass) => pass >= now);
    if (weekdays.includes(day.weekday) && first) return first.toJSDate();
  }
  return now.toJSDate();
}
