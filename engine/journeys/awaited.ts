import { type Coupon, COUPON_REDEEMED } from '#shared/coupon.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { matchesEvent } from '#shared/evaluate.ts';
import { type Event, valueAt } from '#shared/event.ts';
import type { Plan, WaitNode } from '#shared/plan.ts';
import { issueKey } from '../coupons/issue.ts';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';
import { readRows } from '../models/native.ts';
import { decideAlone, type Undecidable } from '../steps/decide-alone.ts';
import { runKey } from './run-key.ts';

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

/** Live events received since `countsFrom` count, except the one by which the person came in or left the last wait. */
export function countsFor(row: Enrollment, event: Event): boolean {
  return concerns(row, event) && event.receivedAt >= row.countsFrom && event._id !== row.releasedBy;
}

/** The same for goal and exits: also what is carried on late, when its person has left a wait since. */
export function listensTo(row: Enrollment, event: Event): boolean {
  return concerns(row, event) && event.receivedAt >= row.listensFrom;
}

function concerns(row: Enrollment, event: Event): boolean {
  return !event.history && event._id !== row.entryEvent;
}

/** An event with a run's key is about that run alone; one without is about all the contact's. */
export function isAbout({ entry }: Pick<Plan, 'entry'>, row: Pick<Enrollment, 'key'>, event: Event): boolean {
  if (entry.kind !== 'event' || entry.key === null) return true;
  const key = runKey(valueAt(event.properties, entry.key));
  return key === '' || key === row.key;
}

/** By enrollment, what ended a wait: the event, null where a redemption is known by its coupon alone, or that nothing could be decided. */
export type Happened = Map<string, Event | null | Undecidable>;

/** Which of the people at a wait have their event, or their redemption, already. */
export async function findAwaited(
  base: Pick<Base, 'log'> & { models: Pick<Models, 'contacts' | 'events' | 'coupons'> },
  plan: Pick<Plan, 'entry'>,
  rows: Enrollment[],
  node: WaitNode,
): Promise<Happened> {
  const { awaits } = node;
  if (awaits === null || rows.length === 0) return new Map();
  if (awaits.kind === 'coupon') return whoRedeemed(base.models, rows, awaits.coupon);
  // Rows read before a merge still name the contact that is gone; what came since came for the one who survived.
  const survivors = await survivorsOf(base.models, rows);
  const nowOf = (row: Enrollment) => survivors.get(row.contact) ?? row.contact;
  const whose = rows.map((row) => ({ contact: nowOf(row), countsFrom: row.countsFrom }));
  const events = await eventsSince(base.models, whose, awaitedEvents(node));
  const ends = (row: Enrollment) => (event: Event) => isAbout(plan, row, event) && endsWait(node, row, event);
  return new Map(
    rows.flatMap((row): [string, Event | Undecidable][] => {
      const event = decideAlone(base, row, () => events.get(nowOf(row))?.find(ends(row)));
      return event ? [[row._id, event]] : [];
    }),
  );
}

/** By a contact that was merged away, who it is now. */
async function survivorsOf(
  models: Pick<Models, 'contacts'>,
  rows: readonly Pick<Enrollment, 'contact'>[],
): Promise<Map<string, string>> {
  const merged = await models.contacts
    .find({ _id: { $in: rows.map(({ contact }) => contact) }, mergedInto: { $ne: null } }, { mergedInto: 1 })
    .lean<{ _id: string; mergedInto: string }[]>();
  if (merged.length === 0) return new Map();
  const further = await survivorsOf(
    models,
    merged.map(({ mergedInto }) => ({ contact: mergedInto })),
  );
  return new Map(merged.map(({ _id, mergedInto }) => [_id, further.get(mergedInto) ?? mergedInto]));
}

/** By the coupons themselves: the event of a redemption may have been lost with the server that was to record it. */
async function whoRedeemed(
  { coupons }: Pick<Models, 'coupons'>,
  rows: Enrollment[],
  step: string,
): Promise<Map<string, null>> {
  const until = new Map(rows.map((row) => [row._id, row.until]));
  const issues = rows.map(({ _id }) => issueKey(_id, step));
  const redeemed = await coupons
    .find({ issue: { $in: issues }, redeemedAt: { $ne: null } }, { enrollment: 1, redeemedAt: 1 })
    .lean<Pick<Coupon, 'enrollment' | 'redeemedAt'>[]>();
  const inTime = redeemed.flatMap(({ enrollment, redeemedAt }): [string, null][] => {
    const end = until.get(enrollment ?? '') ?? null;
    return enrollment !== null && redeemedAt !== null && (end === null || redeemedAt <= end)
      ? [[enrollment, null]]
      : [];
  });
  return new Map(inTime);
}

/** Live events of these names received since the rows' `countsFrom`, by contact, in the order of their arrival. */
export async function eventsSince(
  { events }: Pick<Models, 'events'>,
  rows: readonly Pick<Enrollment, 'contact' | 'countsFrom'>[],
  names: string[],
): Promise<Map<string, Event[]>> {
  const from = new Date(Math.min(...rows.map(({ countsFrom }) => countsFrom.getTime())));
  const contacts = new Set(rows.map(({ contact }) => contact));
  const named = { receivedAt: { $gte: from }, name: { $in: names } };
  const lately = contacts.size > FEW_EVENTS && Date.now() - from.getTime() < LATELY_MS;
  const found =
    (lately ? await fewSince(events, named) : null) ??
    (await readRows<Event>(events, { contact: { $in: [...contacts] }, ...named }, inOrder));
  return Map.groupBy(
    found.filter(({ history, contact }) => !history && contacts.has(contact)),
    ({ contact }) => contact,
  );
}

const inOrder = { sort: { receivedAt: 1 } } as const;
const FEW_EVENTS = 100;
const LATELY_MS = 10_000;

/**
 * All that came in since, whoever's: seldom much, where many people would have to be asked for one by one; else null.
 * Events go from pending to done, so they are read from behind: one that moves meanwhile is met twice, and never missed.
 */
async function fewSince(
  events: Models['events'],
  named: { receivedAt: object; name: object },
): Promise<Event[] | null> {
  const indexed = { dispatch: { $in: ['pending', 'done', 'dead'] as Event['dispatch'][] }, ...named };
  const sort = { dispatch: -1, receivedAt: -1 } as const;
  const found = await readRows<Event>(events, indexed, { sort, limit: FEW_EVENTS + 1 });
  if (found.length > FEW_EVENTS) return null;
  const each = new Map(found.map((event) => [event._id, event]));
  return [...each.values()].toSorted((one, other) => one.receivedAt.getTime() - other.receivedAt.getTime());
}
