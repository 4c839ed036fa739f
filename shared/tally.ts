import type { Comparison, CountCondition, SumCondition } from './condition.ts';
import type { Summary } from './contact.ts';
import { durationMs } from './duration.ts';
import type { z } from 'zod';

/** A condition on what an event's occurrences come to. */
export type TallyCondition = z.infer<typeof CountCondition> | z.infer<typeof SumCondition>;

/** Instants in milliseconds: after `after`, up to and including `upTo`. */
export type Span = { after: number; upTo: number };

/** What a summary tells of the number of events that count: none, all of them, or from `least` to all but `fewer`. */
export type Knowledge = { kind: 'none' } | { kind: 'all' } | { kind: 'between'; least: number; fewer: number };

/** Where an event's first and last occurrence lie, and what follows from that. The cases of a condition exclude each other. */
export type Case = { first: Span; last: Span; knowledge: Knowledge };

export type NumberRange = { from: number; to: number };

/** The instant after which events count; they stop to count a millisecond after a full window. */
export function windowStart(condition: TallyCondition, now: Date): number {
  return condition.within ? now.getTime() - durationMs(condition.within) - 1 : Number.NEGATIVE_INFINITY;
}

/** The cases in which a contact who has the event at all can be, at an instant that sees nothing after it. */
export function casesOf(condition: TallyCondition, nowDate: Date): Case[] {
  const now = nowDate.getTime();
  const start = windowStart(condition, nowDate);
  const between = (least: number, fewer: number): Knowledge => ({ kind: 'between', least, fewer });
  const cases: Case[] = [
    { first: span(now), last: span(now), knowledge: { kind: 'none' } },
    { first: span(start, now), last: span(start, now), knowledge: { kind: 'all' } },
    { first: span(start, now), last: span(now), knowledge: between(1, 1) },
  ];
  if (condition.within) {
    cases.push(
      { first: span(-Infinity, start), last: span(-Infinity, start), knowledge: { kind: 'none' } },
      { first: span(-Infinity, start), last: span(start, now), knowledge: between(1, 1) },
      { first: span(-Infinity, start), last: span(now), knowledge: between(0, 2) },
    );
  }
  return condition.where.length === 0 ? cases : cases.map(withWhere);
}

/** The numbers a comparison accepts, both ends included. */
export function acceptedBy(comparison: Comparison, than: number): NumberRange {
  switch (comparison) {
    case 'exactly':
      return { from: than, to: than };
    case 'atLeast':
      return { from: than, to: Infinity };
    case 'moreThan':
      return { from: than + 1, to: Infinity };
    case 'atMost':
      return { from: -Infinity, to: than };
    case 'lessThan':
      return { from: -Infinity, to: than - 1 };
  }
}

/** The range of counts, or of sums in minor units, by which a condition holds. */
export function accepted(condition: TallyCondition): NumberRange {
  return acceptedBy(condition.comparison, condition.kind === 'count' ? condition.times : condition.minor);
}

/** Whether a number lies in a range, both ends included. */
export function accepts({ from, to }: NumberRange, number: number): boolean {
  return number >= from && number <= to;
}

/** Decides by the summary alone; null where only the events themselves can tell. */
export function decideBySummary(condition: TallyCondition, summary: Summary | undefined, now: Date): boolean | null {
  const range = accepted(condition);
  if (!summary) return accepts(range, 0);
  const knowledge = casesOf(condition, now).find(
    ({ first, last }) => lies(summary.first, first) && lies(summary.last, last),
  )?.knowledge;
  if (!knowledge) return null;
  if (knowledge.kind === 'none') return accepts(range, 0);
  if (knowledge.kind === 'all') return accepts(range, condition.kind === 'count' ? summary.count : summary.minor);
  if (condition.kind === 'sum') return null;
  const [least, most] = [knowledge.least, summary.count - knowledge.fewer];
  if (least >= range.from && most <= range.to) return true;
  return most < range.from || least > range.to ? false : null;
}

/** With a where-condition any of the events, or none, may be meant. */
function withWhere({ first, last, knowledge }: Case): Case {
  if (knowledge.kind === 'none') return { first, last, knowledge };
  const fewer = knowledge.kind === 'all' ? 0 : knowledge.fewer;
  return { first, last, knowledge: { kind: 'between', least: 0, fewer } };
}

function span(after: number, upTo = Infinity): Span {
  return { after, upTo };
}

function lies(instant: Date, { after, upTo }: Span): boolean {
  return instant.getTime() > after && instant.getTime() <= upTo;
}
