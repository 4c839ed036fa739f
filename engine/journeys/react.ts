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
import { endsWait, isAbout } from './awaited.ts';
import type { Enter, Newcomer } from './enter.ts';
import type { Leaving } from './leave.ts';
import type { Listeners } from './listeners.ts';
import type { Plans } from './plans.ts';
import type { Release } from './release.ts';
import { runKey } from './run-key.ts';

/** What an event sets in motion, once it is stored. Everything it does is keyed, so that a repeat does nothing twice. */
export type React = (event: Event) => Promise<void>;

export type ReactDeps = {
  base: Base;
  plans: Plans;
  listeners: Listeners;
  enter: Enter;
  release: Release;
  leaving: Leaving;
  redeem: Redeem;
  answerAsks: (event: Event) => Promise<void>;
};

/** First coupons, then releases, then goals and exits, then asks, and last who comes in by this event. */
export function createReact(deps: ReactDeps): React {
  const { base, listeners, redeem, answerAsks } = deps;
  const enterBy = entryQueue(deps);

  return async (event) => {
    if (event.history) return;
    const { coupon } = event.properties;
    if (typeof coupon === 'string' && coupon !== '' && event.name !== 'Coupon Redeemed') {
      await redeem(coupon, { by: event._id, value: event.value, at: event.at });
    }
    const { names, byEvent } = await listeners.now();
    if (names.has(event.name)) {
      const rows = await base.models.enrollments.find({ contact: event.contact }, { path: 0 }).lean<Enrollment[]>();
      for (const row of rows) await meet(deps, row, event);
    }
    await answerAsks(event);
    for (const plan of byEvent.get(event.name) ?? [])
      if (await comesInBy(base, plan, event)) await enterBy(plan, event);
  };
}

/** One event meets one run: the wait it ends, else the goal it reaches and the rule it leaves by. */
async function meet({ plans, release, leaving }: ReactDeps, row: Enrollment, event: Event): Promise<void> {
  const plan = await plans.get(row.plan);
  if (!isAbout(plan, row, event)) return;
  const node = plan.nodes[row.node];
  if (
    row.state === 'active' &&
    row.registered &&
    node?.sort === 'wait' &&
    node.onEvent !== null &&
    endsWait(node, row, event)
  ) {
    await release({ row, edge: node.onEvent, by: event });
  }
  await leaving.judge(plan, row, event);
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
