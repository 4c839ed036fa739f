import type { JourneyState } from '#shared/journey.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Base } from '../base.ts';
import type { Enter } from '../journeys/enter.ts';
import { newcomersOf } from '../journeys/enter-members.ts';
import { keepPace } from './keep-pace.ts';

/** Who matches a segment: kept from the first publication on, read in a lasting order. */
export interface AudienceMembers {
  materialise(segment: string): Promise<void>;
  page(
    segment: string,
    cursor: string | null,
    size: number,
  ): Promise<{ rows: { contact: string; since: Date }[]; cursor: string | null }>;
}

export type EntryDeps = {
  base: Base;
  enter: Enter;
  members: AudienceMembers;
  /** Sets the clocks of this audience going that stand still until a first publication. */
  startClocks: (plan: StoredPlan) => Promise<void>;
};

/** So few, that the first mails do not wait for long. */
const FIRST_PAGE_SIZE = 500;
/** A page is one group, which costs Temporal the same whoever is in it. */
const PAGE_SIZE = 1_000;
/** So many of a page are carried on together. */
const SHARE = 500;
/** The first people are shared among workers that have nothing to do yet, the last among those that have nothing else to do. */
const SMALL_SHARE = 125;

/**
 * Enters the next page of a plan's audience as a group, then saves how far it is; a repeat finds the same people inside.
 * The first page comes once everyone who matches is known; a journey that only takes joiners needs just that.
 */
export async function enterPage(
  { base, enter, members, startClocks }: EntryDeps,
  planId: string,
): Promise<{ done: boolean }> {
  // Read afresh: the cursor is the one part of a plan that moves.
  const plan = await base.models.plans.findById(planId).lean<StoredPlan>();
  if (!plan?.audience || plan.audience.done || plan.entry.kind !== 'segment') return { done: true };
  // A plan that was superseded, or whose publication was cut off, takes nobody in: whoever was not read yet is the newest plan's.
  const taking = { _id: plan.journey, plan: planId, state: { $in: ['running', 'paused'] as JourneyState[] } };
  if (!(await base.models.journeys.findOne(taking, { _id: 1 }).lean())) return { done: true };
  const { cursor: from } = plan.audience;
  const { segment, who } = plan.entry;
  if (from === null) {
    await members.materialise(segment);
    await startClocks(plan);
  }
  if (who === 'joining') {
    await base.models.plans.updateOne({ _id: planId }, { $set: { 'audience.done': true } });
    return { done: true };
  }
  await keepPace(base.models, planId);
  const countsFrom = new Date();
  const { rows, cursor } = await members.page(segment, from, from === null ? FIRST_PAGE_SIZE : PAGE_SIZE);
  const people = newcomersOf(rows, countsFrom);
  const group = `${planId}/audience/${from ?? ''}`;
  const pageSize = from === null || cursor === null ? SMALL_SHARE : SHARE;
  if (people.length > 0) await enter({ plan, people, group, queue: 'bulk', pageSize });
  await base.models.plans.updateOne(
    { _id: planId },
    { $set: { 'audience.cursor': cursor, 'audience.done': cursor === null } },
  );
  return { done: cursor === null };
}
