import { type Clock, onClock, SAMPLE_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import { DAY_MS } from '#shared/duration.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import { crashPoint } from '../crash-points.ts';
import { insertNew } from '../models/insert-new.ts';
import { readByIds } from '../models/native.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Queue } from '../temporal/queues.ts';
import type { Starter } from '../temporal/starter.ts';
import type { MergeRuns } from './merge.ts';
import { pagesOf } from './pages.ts';
import { slotOf } from './run.ts';
import { shortHash } from './run-key.ts';

/** Someone about to come in. `occasion` is what caused it, so that its repeat is the same entry; events count from `countsFrom` (real time). */
export type Newcomer = { contact: string; occasion: string; key: string; countsFrom: Date; entryEvent: string | null };

/** Who comes in as one group, and how many of them at most are carried on together. */
type Entry = { plan: StoredPlan; people: Newcomer[]; group: string; queue: Queue; pageSize?: number };

/** Takes people into a plan; answers the runs that are in it now, also those of an earlier attempt. */
export type Enter = (entry: Entry) => Promise<string[]>;

/** Writes the runs, then starts their group; what is cut off between the two is found by the sweeper. */
export function createEnter(base: Base, starter: Starter, mergeRuns: MergeRuns): Enter {
  const { models, clocks } = base;

  return async ({ plan, people, group, queue, pageSize = people.length }) => {
    const contacts = await contactsOf(base, people);
    const rows = await Promise.all(
      people.flatMap((person) => {
        const contact = contacts.get(person.contact);
        return contact?.clock && (!plan.sample || contact.clock === SAMPLE_CLOCK)
          ? [newRow({ plan, person, group, clock: contact.clock, known: clocks.get(contact.clock) })]
          : [];
      }),
    );
    const inserted = new Set((await insertNew(models.enrollments, rows)).map(({ _id }) => _id));
    const barred = await barredOf(
      base,
      rows.filter(({ _id }) => !inserted.has(_id)),
    );
    if (plan.reentry.kind !== 'once' && barred.length > 0) {
      // Runs of an older plan may hold their slots by the rule it had.
      await freeOldSlots(base, barred, plan.reentry.kind === 'daysAfterEnd' ? plan.reentry.days : 0);
      await insertNew(models.enrollments, barred);
    }
    const merges = await followMerges(
      base,
      rows.map(({ contact }) => contact),
      mergeRuns,
    );
    const isAsWritten = merges === 0 && inserted.size === rows.length;
    const inside = isAsWritten ? rows : await insideOf(base, group, rows);
    return startGroup(starter, { plan, group, queue, pageSize, inside });
  };
}

async function contactsOf(
  { models }: Base,
  people: Newcomer[],
): Promise<Map<string, Pick<Contact, '_id' | 'clock' | 'mergedInto'>>> {
  const ids = people.map(({ contact }) => contact);
  const found = await readByIds<Contact, Pick<Contact, '_id' | 'clock' | 'mergedInto'>>(models.contacts, ids, {
    fields: { clock: 1, mergedInto: 1 },
  });
  return new Map(found.map((contact) => [contact._id, contact]));
}

type Coming = { plan: StoredPlan; person: Newcomer; group: string; clock: string; known: Promise<Clock> };

/** The run begins, on its contact's clock, at the instant from which events count: a goal reached since is inside its window. */
async function newRow({ plan, person, group, clock, known }: Coming): Promise<Enrollment> {
  const run = { journey: plan.journey, contact: person.contact, key: person.key };
  const now = onClock(await known, person.countsFrom);
  return {
    _id: `${slotOf(run)}:${shortHash(person.occasion)}`,
    ...run,
    plan: plan._id,
    clock,
    occasion: person.occasion,
    slot: slotOf(run),
    state: 'active',
    node: plan.start,
    since: now,
    due: new Date(),
    until: null,
    awaits: [],
    registered: false,
    group,
    batch: null,
    seq: 0,
    path: [],
    countsFrom: person.countsFrom,
    listensFrom: person.countsFrom,
    releasedBy: null,
    enteredAt: now,
    entryEvent: person.entryEvent,
    endedAt: null,
    ending: null,
    goal: null,
  };
}

/** Of those who could not be inserted whose row is not there: another run holds their slot. */
async function barredOf({ models }: Base, rows: Enrollment[]): Promise<Enrollment[]> {
  if (rows.length === 0) return [];
  const there = await models.enrollments
    .find({ _id: { $in: rows.map(({ _id }) => _id) } }, { _id: 1 })
    .lean<{ _id: string }[]>();
  const ids = new Set(there.map(({ _id }) => _id));
  return rows.filter(({ _id }) => !ids.has(_id));
}

/** Ended runs that are old enough give their slot back. */
async function freeOldSlots({ models, clocks }: Base, rows: Enrollment[], days: number): Promise<void> {
  const holders = await models.enrollments
    .find({ slot: { $in: rows.map(({ slot }) => slot) }, state: { $in: ['completed', 'exited'] } })
    .lean<Enrollment[]>();
  for (const { _id, slot, clock, endedAt } of holders) {
    const now = await clocks.now(clock);
    if (endedAt === null || now.getTime() - endedAt.getTime() < days * DAY_MS) continue;
    await models.enrollments.updateOne({ _id, slot }, { $set: { slot: _id } });
  }
}

/** Written, then looked: whoever was merged away while coming in goes over to the older contact. Answers how many. */
async function followMerges({ models }: Pick<Base, 'models'>, ids: string[], mergeRuns: MergeRuns): Promise<number> {
  const merged = await readByIds<Contact, Pick<Contact, '_id' | 'mergedInto'>>(models.contacts, ids, {
    only: { mergedInto: { $ne: null } },
    fields: { mergedInto: 1 },
  });
  for (const { _id, mergedInto } of merged) if (mergedInto !== null) await mergeRuns(_id, mergedInto);
  // Whoever that is may have been merged away in turn.
  if (merged.length > 0)
    await followMerges(
      { models },
      merged.map(({ mergedInto }) => mergedInto ?? ''),
      mergeRuns,
    );
  return merged.length;
}

type Inside = Pick<Enrollment, '_id' | 'node'>;

/** Whose rows are in the group, whichever attempt wrote them. */
async function insideOf({ models }: Base, group: string, rows: readonly Inside[]): Promise<Inside[]> {
  const ids = rows.map(({ _id }) => _id);
  return readByIds<Enrollment, Inside>(models.enrollments, ids, {
    only: { group, state: 'active' },
    fields: { node: 1 },
  });
}

type Starting = Required<Omit<Entry, 'people'>> & { inside: readonly Inside[] };

async function startGroup(starter: Starter, { plan, group, queue, pageSize, inside }: Starting): Promise<string[]> {
  const first = pagesOf(inside, { most: pageSize });
  if (first.length === 0) return [];
  crashPoint('rows-written');
  await starter.group({ plan: plan._id, key: group, first }, { queue });
  return inside.map(({ _id }) => _id);
}
