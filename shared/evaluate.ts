import { type Condition, type EventMatch, isGroup, leavesOf, type LeafCondition } from './condition.ts';
import { type Contact, summaryKey } from './contact.ts';
import type { Event } from './event.ts';
import { stageRank } from './stage.ts';
import { accepted, accepts, decideBySummary, type TallyCondition, windowStart } from './tally.ts';
import { matchesValue } from './value-condition.ts';

export type SeenEvent = Pick<Event, 'name' | 'at' | 'properties' | 'value'>;

/** Traits that a contact carries beside the profile. */
export const ownTraits = ['email', 'phone', 'userId', 'name', 'timeZone'] as const;

/** Whom a condition is judged about. `events`: all of the contact's, of the names the condition asks about. */
export type Subject = Pick<Contact, 'profile' | 'tags' | 'stage' | 'consent' | 'summaries'> &
  Partial<Pick<Contact, (typeof ownTraits)[number]>> & { events?: readonly SeenEvent[] };

/**
 * Whether a condition holds for someone at an instant of their clock, seeing only events up to it.
 * Without events, what the summaries cannot settle does not hold.
 */
export function evaluate(condition: Condition, subject: Subject, now: Date): boolean {
  return decide(condition, subject, now) === true;
}

/** Like `evaluate`, but null where the subject's events are needed and not given. */
export function decide(condition: Condition, subject: Subject, now: Date): boolean | null {
  return decideBy(condition, (leaf) => decideLeaf(leaf, subject, now));
}

/** A condition's answer from those of its leaves, where null is not known. */
export function decideBy(condition: Condition, answer: (leaf: LeafCondition) => boolean | null): boolean | null {
  if (!isGroup(condition)) return answer(condition);
  const settledBy = condition.kind === 'any';
  let settled: boolean | null = !settledBy;
  for (const part of condition.of) {
    const verdict = decideBy(part, answer);
    if (verdict === settledBy) return settledBy;
    if (verdict === null) settled = null;
  }
  return settled;
}

/** Whether a condition may ask for more than summaries hold: part of an event's occurrences, by time or by their properties. */
export function needsEvents(condition: Condition): boolean {
  return leavesOf(condition).some(
    (leaf) => isTally(leaf) && (leaf.where.length > 0 || (leaf.within !== null && !asksOnlyWhetherAny(leaf))),
  );
}

/** Whether an event is one of those that are meant. */
export function matchesEvent(match: EventMatch, event: Pick<Event, 'name' | 'properties'>): boolean {
  return event.name === match.event && match.where.every((test) => matchesValue(test, event.properties));
}

/** Whether a condition counts or sums events. */
export function isTally(leaf: LeafCondition): leaf is TallyCondition {
  return leaf.kind === 'count' || leaf.kind === 'sum';
}

/** Whether a count only tells none from some, so that the last occurrence decides it. */
export function asksOnlyWhetherAny(leaf: TallyCondition): boolean {
  const { from, to } = accepted(leaf);
  return (
    leaf.kind === 'count' && leaf.where.length === 0 && ((from <= 0 && to === 0) || (from === 1 && to === Infinity))
  );
}

/** Names of the events a condition asks about. */
export function eventsAskedBy(condition: Condition): string[] {
  return [
    ...new Set(
      leavesOf(condition)
        .filter(isTally)
        .map(({ event }) => event),
    ),
  ];
}

function decideLeaf(leaf: LeafCondition, subject: Subject, now: Date): boolean | null {
  switch (leaf.kind) {
    case 'count':
    case 'sum':
      return decideTally(leaf, subject, now);
    case 'profile':
      return matchesValue(leaf, fieldsOf(leaf.path, subject));
    case 'tag':
      return subject.tags.includes(leaf.tag) === leaf.has;
    case 'stage':
      return compareStage(leaf, subject);
    case 'consent':
      return (subject.consent[leaf.channel].state === 'given') === leaf.given;
  }
}

function decideTally(leaf: TallyCondition, subject: Subject, now: Date): boolean | null {
  const key = summaryKey(leaf.event);
  const summary = Object.hasOwn(subject.summaries, key) ? subject.summaries[key] : undefined;
  const verdict = decideBySummary(leaf, summary, now);
  if (verdict !== null || !subject.events) return verdict;
  const start = windowStart(leaf, now);
  const counted = subject.events.filter(
    (event) => event.at.getTime() > start && event.at.getTime() <= now.getTime() && matchesEvent(leaf, event),
  );
  const tally =
    leaf.kind === 'count' ? counted.length : counted.reduce((minor, { value }) => minor + (value?.minor ?? 0), 0);
  return accepts(accepted(leaf), tally);
}

function fieldsOf(path: string, subject: Subject): Readonly<Record<string, unknown>> {
  return isOwnTrait(path) ? { [path]: subject[path] } : subject.profile;
}

/** Whether a path names a contact's own field and not one of the profile. */
export function isOwnTrait(path: string): path is (typeof ownTraits)[number] {
  return ownTraits.some((trait) => trait === path);
}

function compareStage(leaf: Extract<LeafCondition, { kind: 'stage' }>, subject: Subject): boolean {
  const [own, wanted] = [stageRank(subject.stage), stageRank(leaf.stage)];
  if (leaf.comparison === 'is') return own === wanted;
  return leaf.comparison === 'atLeast' ? own >= wanted : own < wanted;
}
