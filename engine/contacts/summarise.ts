import { type Contact, type Summary, summaryKey } from '#shared/contact.ts';
import { type Event, ORDER_COMPLETED, ORDER_REFUNDED } from '#shared/event.ts';
import type { Money } from '#shared/money.ts';
import { type Stage, stageRank, type StageRule } from '#shared/stage.ts';

/** What a projection reads of an event. */
export type Counted = Pick<Event, 'name' | 'at' | 'value'>;

/** Hostile callers may make up event names; a contact keeps the most recent of them. */
const MOST_NAMES = 1_000;

/** What one contact did, collected event by event; nothing is kept but sums and the first few instants of each name. */
export class Tally {
  private readonly names = new Map<string, Summary & { earliest: number[] }>();
  private readonly values = new Map<string, number>();
  private readonly rules: readonly StageRule[];
  private readonly kept: number;

  constructor(rules: readonly StageRule[]) {
    this.rules = rules;
    this.kept = Math.max(1, ...rules.map(({ times }) => times));
  }

  add({ name, at, value }: Counted): void {
    const sign = name === ORDER_COMPLETED ? 1 : name === ORDER_REFUNDED ? -1 : 0;
    if (value && sign !== 0) {
      this.values.set(value.currency, (this.values.get(value.currency) ?? 0) + sign * Math.abs(value.minor));
    }
    const known = this.names.get(name);
    const minor = value?.minor ?? 0;
    if (!known) {
      this.names.set(name, { count: 1, first: at, last: at, minor, earliest: [at.getTime()] });
      return;
    }
    known.count += 1;
    known.minor += minor;
    if (at < known.first) known.first = at;
    if (at > known.last) known.last = at;
    this.keepEarliest(known.earliest, at.getTime());
  }

  private keepEarliest(earliest: number[], at: number): void {
    if (earliest.length === this.kept && at >= (earliest.at(-1) ?? 0)) return;
    earliest.push(at);
    earliest.sort((a, b) => a - b);
    if (earliest.length > this.kept) earliest.pop();
  }

  /** The contact's projections; a stage once reached is never lost. */
  projection(
    contact: Pick<Contact, 'stage' | 'stageDates'>,
  ): Pick<Contact, 'summaries' | 'value' | 'stage' | 'stageDates'> {
    const recent = [...this.names].toSorted(([, a], [, b]) => b.last.getTime() - a.last.getTime()).slice(0, MOST_NAMES);
    const summaries = Object.fromEntries(
      recent.map(([name, { count, first, last, minor }]) => [summaryKey(name), { count, first, last, minor }]),
    );
    const value: Money[] = [...this.values].map(([currency, minor]) => ({ minor, currency })).toSorted(byCurrency);
    return { summaries, value, ...this.stage(contact) };
  }

  private stage({ stage, stageDates }: Pick<Contact, 'stage' | 'stageDates'>): Pick<Contact, 'stage' | 'stageDates'> {
    const dates: Contact['stageDates'] = { ...stageDates };
    const reached = new Map<Stage, number>();
    for (const { event, times, stage: raised } of this.rules) {
      const at = this.names.get(event)?.earliest[times - 1];
      if (at !== undefined) reached.set(raised, Math.min(at, reached.get(raised) ?? at));
    }
    for (const [raised, at] of reached) dates[raised] = new Date(at);
    const highest = [stage, ...reached.keys()].reduce((a, b) => (stageRank(b) > stageRank(a) ? b : a));
    return { stage: highest, stageDates: dates };
  }
}

function byCurrency(one: Money, other: Money): number {
  return one.currency < other.currency ? -1 : 1;
}
