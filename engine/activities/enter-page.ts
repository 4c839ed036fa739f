import type { StoredPlan } from '../models/journey.ts';
import type { Base } from '../base.ts';
import type { Enter } from '../journeys/enter.ts';

/** A page of a segment's members, in a lasting order. */
export type MembersPage = (
  segment: string,
  cursor: string | null,
  size: number,
) => Promise<{ rows: { contact: string; since: Date }[]; cursor: string | null }>;

const PAGE_SIZE = 500;

/** Enters the next page of a plan's audience as a group, then saves how far it is; a repeat finds the same people inside. */
export async function enterPage(
  { base, enter, membersPage }: { base: Base; enter: Enter; membersPage: MembersPage },
  planId: string,
): Promise<{ done: boolean }> {
  // Read afresh: the cursor is the one part of a plan that moves.
  const plan = await base.models.plans.findById(planId).lean<StoredPlan>();
  if (!plan?.audience || plan.audience.done || plan.entry.kind !== 'segment') return { done: true };
  const journey = await base.models.journeys.findById(plan.journey, { state: 1 }).lean<{ state: string }>();
  if (journey?.state === 'stopped' || journey?.state === 'archived') return { done: true };
  const { cursor: from } = plan.audience;
  const countsFrom = new Date();
  const { rows, cursor } = await membersPage(plan.entry.segment, from, PAGE_SIZE);
  const people = rows.map(({ contact, since }) => ({
    contact,
    occasion: since.toISOString(),
    key: '',
    countsFrom,
    entryEvent: null,
  }));
  if (people.length > 0) await enter({ plan, people, group: `${planId}/audience/${from ?? ''}`, queue: 'bulk' });
  await base.models.plans.updateOne(
    { _id: planId },
    { $set: { 'audience.cursor': cursor, 'audience.done': cursor === null } },
  );
  return { done: cursor === null };
}
