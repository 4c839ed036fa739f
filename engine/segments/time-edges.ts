import { type Condition, leavesOf } from '#shared/condition.ts';
import { type Contact, summaryKey } from '#shared/contact.ts';
import { asksOnlyWhetherAny, evaluate, eventsAskedBy, isTally, type SeenEvent } from '#shared/evaluate.ts';
import { type TallyCondition, windowStart } from '#shared/tally.ts';
import { eventsOf } from '../contacts/events-of.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';
import { judgedFields, PAGE_PEOPLE, type Person } from './matching.ts';
import type { Verdict } from './membership.ts';

/** A stretch of a clock's time that is read for the first time: after `from`, up to and including `to`. */
export type Stretch = { clock: string; from: Date; to: Date };

/**
 * What time alone changed about who meets a condition, reading only people whom an edge (such as last order + 30
 * days) has passed within the stretch. Each verdict holds from its exact edge on.
 */
export async function* readEdges(
  models: Pick<Models, 'contacts' | 'events'>,
  condition: Condition,
  stretch: Stretch,
): AsyncGenerator<Verdict[]> {
  const ids = [...(await touched(models, leavesOf(condition).filter(isTally), stretch))];
  for (let start = 0; start < ids.length; start += PAGE_PEOPLE) {
    const page = ids.slice(start, start + PAGE_PEOPLE);
    const people = await readByIds<Contact, Person>(models.contacts, page, {
      only: { clock: stretch.clock },
      fields: judgedFields,
    });
    const events = await eventsOf(models, page, eventsAskedBy(condition));
    yield people.map((person) => verdictOf(condition, { ...person, events: events.get(person._id) ?? [] }, stretch));
  }
}

/** Whom an edge of any of the conditions passed: a window's end after an event, or the event itself where it lay ahead. */
async function touched(
  { contacts, events }: Pick<Models, 'contacts' | 'events'>,
  leaves: readonly TallyCondition[],
  { clock, from, to }: Stretch,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const leaf of leaves) {
    const last = `summaries.${summaryKey(leaf.event)}.last`;
    const passed = { $gt: new Date(windowStart(leaf, from)), $lte: new Date(windowStart(leaf, to)) };
    const spans: object[] = [{ [last]: { $gt: from, $lte: to } }];
    if (leaf.within && asksOnlyWhetherAny(leaf)) spans.push({ [last]: passed });
    for (const span of spans) {
      const rows = contacts.collection.find({ clock, ...span }).project<{ _id: string }>({ _id: 1 });
      for await (const { _id } of rows) ids.add(_id);
    }
    if (!leaf.within || asksOnlyWhetherAny(leaf)) continue;
    const left = events.collection.find({ name: leaf.event, at: passed }).project<{ contact: string }>({ contact: 1 });
    for await (const { contact } of left) ids.add(contact);
  }
  return ids;
}

/** The present verdict, and the edge since which it has been the same. */
function verdictOf(condition: Condition, person: Person & { events: SeenEvent[] }, { from, to }: Stretch): Verdict {
  const matches = evaluate(condition, person, to);
  let at = to;
  for (const edge of edgesOf(condition, person.events, { from, to })) {
    if (evaluate(condition, person, edge) !== matches) break;
    at = edge;
  }
  const { _id, clock, revision } = person;
  return { contact: _id, clock, matches, at, revision, judgedAt: to };
}

/** Instants within the stretch at which an event begins or stops to count, latest first. */
function edgesOf(
  condition: Condition,
  events: readonly SeenEvent[],
  { from, to }: Pick<Stretch, 'from' | 'to'>,
): Date[] {
  const leaves = leavesOf(condition).filter(isTally);
  const instants = leaves.flatMap((leaf) => {
    const windowMs = leaf.within ? to.getTime() - windowStart(leaf, to) : null;
    return events
      .filter(({ name }) => name === leaf.event)
      .flatMap(({ at }) => [at.getTime(), ...(windowMs === null ? [] : [at.getTime() + windowMs])]);
  });
  return [...new Set(instants)]
    .filter((instant) => instant > from.getTime() && instant <= to.getTime())
    .toSorted((left, right) => right - left)
    .map((instant) => new Date(instant));
}
