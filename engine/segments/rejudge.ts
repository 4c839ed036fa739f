import type { Contact } from '#shared/contact.ts';
import type { Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';
import type { TimeReading } from '../models/segment.ts';
import { readByIds } from '../models/native.ts';
import { changedSince } from './changed-since.ts';
import { judge } from './judge.ts';
import { judgedFields, type Person } from './matching.ts';
import { announce, type EnterMembers, type Verdict, writeVerdicts } from './membership.ts';

/** Judges contacts by every segment that is kept; `aloud` tells journeys who began to match. */
export type Rejudge = (contactIds: readonly string[], announcing: Announcing) => Promise<void>;
type Announcing = 'aloud' | 'quietly';

/** Judges by the stored conditions, each contact on its own clock. */
export function createRejudge(
  { models, clocks }: Pick<Base, 'models' | 'clocks'>,
  enterMembers: EnterMembers,
): Rejudge {
  /** One look at some contacts; answers who was in which segment, and who has changed meanwhile. */
  async function judgeOnce(contactIds: readonly string[], readings: TimeReading[], announcing: Announcing) {
    const rows = await readByIds<Contact, Person>(models.contacts, contactIds, { fields: judgedFields });
    const people = rows.filter(({ clock }) => clock !== null);
    await endGone(models, contactIds, people);
    const nows = new Map(
      await Promise.all(
        [...new Set(people.map(({ clock }) => clock))].map(async (id) => [id, await clocks.now(id)] as const),
      ),
    );
    const nowOf = ({ clock }: Person) => nows.get(clock) ?? new Date();
    const joined = new Map<string, Set<string>>();
    for (const segment of await segmentsOf(models, readings)) {
      const complete = readings.some(({ segment: id, completeAt }) => id === segment._id && completeAt !== null);
      const aloud = announcing === 'aloud' && complete;
      const matches = await judge(models, { condition: segment.condition, people, nowOf });
      const verdicts = people.map((person) => verdictOf(person, matches, nowOf(person)));
      await writeVerdicts(models, { segment: segment._id, verdicts, announcedAt: aloud ? null : new Date() });
      if (aloud) joined.set(segment._id, matches);
    }
    const judged = people.map(({ _id, revision }) => ({ contact: _id, revision }));
    return { joined, changed: await changedSince(models, judged) };
  }

  return async (contactIds, announcing) => {
    const readings = contactIds.length === 0 ? [] : await models.timeReadings.find().lean<TimeReading[]>();
    let open = readings.length === 0 ? [] : [...contactIds];
    while (open.length > 0) {
      const { joined, changed } = await judgeOnce(open, readings, announcing);
      // Who has changed since they were read is judged again before anyone is told of them.
      const again = new Set(changed);
      for (const [segment, matches] of joined) {
        await announce(
          models,
          enterMembers,
          segment,
          [...matches].filter((contact) => !again.has(contact)),
        );
      }
      open = changed;
    }
  };
}

function verdictOf({ _id, clock, revision }: Person, matches: Set<string>, now: Date): Verdict {
  return { contact: _id, clock, matches: matches.has(_id), at: now, revision, judgedAt: now };
}

/** Contacts deleted or merged away are in no segment. */
async function endGone({ members }: Models, contactIds: readonly string[], people: readonly Person[]): Promise<void> {
  const present = new Set(people.map(({ _id }) => _id));
  const gone = contactIds.filter((id) => !present.has(id));
  if (gone.length > 0) {
    await members.updateMany({ contact: { $in: gone }, until: null }, { $set: { until: new Date() } });
  }
}

/** The segments that are kept. */
export async function segmentsOf(
  { segments }: Pick<Models, 'segments'>,
  readings: readonly TimeReading[],
): Promise<Segment[]> {
  const ids = [...new Set(readings.map(({ segment }) => segment))];
  return segments.find({ _id: { $in: ids } }).lean<Segment[]>();
}
