import { nanoid } from 'nanoid';
import type { Contact } from '#shared/contact.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { evaluate, eventsAskedBy, matchesEvent, needsEvents } from '#shared/evaluate.ts';
import { type Event, valueAt } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { eventsOf } from '../contacts/events-of.ts';
import type { Redeem } from '../coupons/redeem.ts';
import { groupCommit } from '../group-commit.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Enter, Newcomer } from './enter.ts';
import type { Listeners } from './listeners.ts';
import type { Meet } from './meet.ts';
import { runKey } from './run-key.ts';

/** What an event sets in motion, once it is stored. Everything it does is keyed, so that a repeat does nothing twice. */
export type React = (event: Event) => Promise<void>;

export type ReactDeps = {
  base: Base;
  listeners: Listeners;
  enter: Enter;
  meet: Meet;
  redeem: Redeem;
  answerAsks: (event: Event) => Promise<void>;
};

/** First coupons, then releases, then goals and exits, then asks, and last who comes in by this event. */
export function createReact(deps: ReactDeps): React {
  const { base, listeners, meet, redeem, answerAsks } = deps;
  const enterBy = entryQueue(deps);
  const runsOf = runsReader(base);

  return async (event) => {
    if (event.history) return;
    const { coupon } = event.properties;
    if (typeof coupon === 'string' && coupon !== '' && event.name !== 'Coupon Redeemed') {
      await redeem(coupon, { by: event._id, value: event.value, at: event.at });
    }
    const { names, byEvent } = await listeners.now();
    if (names.has(event.name)) {
      for (const row of await runsOf(event.contact)) await meet(row, event);
    }
    await answerAsks(event);
    for (const plan of byEvent.get(event.name) ?? [])
      if (await comesInBy(base, plan, event)) await enterBy(plan, event);
  };
}

/** All runs of a contact; those of several contacts who are asked for together are one reading. */
function runsReader({ models }: Base): (contact: string) => Promise<Enrollment[]> {
  return groupCommit(async (contacts: string[]) => {
    const rows = await models.enrollments.find({ contact: { $in: contacts } }, { path: 0 }).lean<Enrollment[]>();
    const own = Map.groupBy(rows, ({ contact }) => contact);
    return contacts.map((contact) => own.get(contact) ?? []);
  });
}

async function comesInBy(base: Base, { entry }: StoredPlan, event: Event): Promise<boolean> {
  if (entry.kind !== 'event' || !matchesEvent(entry.match, event)) return false;
  if (entry.condition === null) return true;
  const contact = await base.models.contacts.findById(event.contact).lean<Contact>();
  if (!contact) return false;
  const events = needsEvents(entry.condition)
    ? ((await eventsOf(base.models, [contact._id], eventsAskedBy(entry.condition))).get(contact._id) ?? [])
    : null;
  return evaluate(entry.condition, { ...contact, ...(events && { events }) }, event.at);
}

/** Entries by event are group-committed, plan by plan. */
function entryQueue({ enter }: ReactDeps): (plan: StoredPlan, event: Event) => Promise<void> {
  const queues = new Map<string, (newcomer: Newcomer) => Promise<void>>();
  return (plan, event) => {
    const queue =
      queues.get(plan._id) ??
      groupCommit(async (people: Newcomer[]) => {
        await enter({ plan, people, group: `${plan._id}/now/${nanoid(10)}`, queue: 'live' });
        return people.map(() => undefined);
      });
    queues.set(plan._id, queue);
    const key =
      plan.entry.kind === 'event' && plan.entry.key !== null ? runKey(valueAt(event.properties, plan.entry.key)) : '';
    return queue({
      contact: event.contact,
      occasion: event._id,
      key,
      countsFrom: event.receivedAt,
      entryEvent: event._id,
    });
  };
}
