import { COUPON_REDEEMED } from '#shared/coupon.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { matchesEvent } from '#shared/evaluate.ts';
import type { Event } from '#shared/event.ts';
import type { WaitNode } from '#shared/plan.ts';
import type { Models } from '../models/index.ts';

/** The names of the events a wait ends by. */
export function awaitedEvents({ awaits }: WaitNode): string[] {
  if (awaits === null) return [];
  return [awaits.kind === 'event' ? awaits.match.event : COUPON_REDEEMED];
}

/** Whether this event ends this person's wait: its name and conditions, received since it counts, in time by its own clock. */
export function endsWait(node: WaitNode, row: Enrollment, event: Event): boolean {
  if (node.awaits === null || !countsFor(row, event)) return false;
  if (row.until !== null && event.at > row.until) return false;
  if (node.awaits.kind === 'event') return matchesEvent(node.awaits.match, event);
  const { enrollment, step } = event.properties;
  return event.name === COUPON_REDEEMED && enrollment === row._id && step === node.awaits.coupon;
}

/** Live events received since `countsFrom` count, except the one by which the person came in. */
export function countsFor(row: Enrollment, event: Event): boolean {
  return !event.history && event.receivedAt >= row.countsFrom && event._id !== row.entryEvent;
}

/** Which of the people at a wait have their event already. */
export async function findAwaited(
  models: Pick<Models, 'events'>,
  rows: Enrollment[],
  node: WaitNode,
): Promise<Set<string>> {
  const names = awaitedEvents(node);
  if (names.length === 0 || rows.length === 0) return new Set();
  const events = await eventsSince(models, rows, names);
  return new Set(
    rows.filter((row) => events.get(row.contact)?.some((event) => endsWait(node, row, event))).map(({ _id }) => _id),
  );
}

/** Live events of these names received since the rows' `countsFrom`, by contact. */
export async function eventsSince(
  { events }: Pick<Models, 'events'>,
  rows: Enrollment[],
  names: string[],
): Promise<Map<string, Event[]>> {
  const from = new Date(Math.min(...rows.map(({ countsFrom }) => countsFrom.getTime())));
  const found = await events
    .find({
      contact: { $in: [...new Set(rows.map(({ contact }) => contact))] },
      receivedAt: { $gte: from },
      name: { $in: names },
    })
    .lean<Event[]>();
  return Map.groupBy(
    found.filter(({ history }) => !history),
    ({ contact }) => contact,
  );
}
