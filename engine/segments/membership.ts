import type { Member } from '#shared/segment.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';

/** What a segment's condition says of someone from an instant of their clock on, judged of a revision of them at another. */
export type Verdict = {
  contact: string;
  clock: string;
  matches: boolean;
  at: Date;
  revision: number;
  judgedAt: Date;
};

/** Tells journeys that take joiners who began to match. Repeatable: `since` makes the entry one and the same. */
export type EnterMembers = (segment: string, joined: { contact: string; since: Date }[]) => Promise<void>;

type Kept = Pick<Models, 'members'>;

/** The id of a contact's membership: one row for each segment and contact. */
export function memberId(segment: string, contact: string): string {
  return `${segment}:${contact}`;
}

type Writing = { segment: string; verdicts: readonly Verdict[]; announcedAt: Date | null };

/**
 * Writes who matches and who no longer does, by compare-and-set on what was judged last, again on loss; a verdict from
 * before that is dropped. `announcedAt: null` leaves joiners to be announced.
 */
export async function writeVerdicts({ members }: Kept, { segment, verdicts, announcedAt }: Writing): Promise<void> {
  const ids = verdicts.map(({ contact }) => memberId(segment, contact));
  for (let isWritten = verdicts.length === 0; !isWritten;) {
    const rows = await readByIds<Member>(members, ids);
    const known = new Map(rows.map((row) => [row._id, row]));
    const fresh: Member[] = [];
    const writes = [];
    for (const verdict of verdicts) {
      const row = known.get(memberId(segment, verdict.contact));
      if (row && isUpToDate(verdict, row)) writes.push(writeOf(row, verdict, announcedAt));
      if (!row && verdict.matches) fresh.push(newMember(segment, verdict, announcedAt));
    }
    const inserted = await insertNew(members, fresh);
    const { matchedCount } = writes.length > 0 ? await members.bulkWrite(writes, { ordered: false }) : nothing;
    isWritten = inserted.length === fresh.length && matchedCount === writes.length;
  }
}

const nothing = { matchedCount: 0 };

/** A row from before this was kept has neither, and is older than any verdict. */
function isUpToDate({ revision, judgedAt }: Verdict, row: Member): boolean {
  return !(row.revision > revision || (row.revision === revision && row.judgedAt > judgedAt));
}

function newMember(segment: string, verdict: Verdict, announcedAt: Date | null): Member {
  const { contact, clock, at, revision, judgedAt } = verdict;
  const judged = { revision, judgedAt, since: at, until: null, changedAt: new Date(), announcedAt };
  return { _id: memberId(segment, contact), segment, contact, clock, ...judged };
}

/** Also who goes on as before is marked as judged, so that nothing older is written after it. */
function writeOf(row: Member, { matches, at, revision, judgedAt }: Verdict, announcedAt: Date | null) {
  const { _id, since, until } = row;
  const changedAt = new Date();
  const changed = matches ? { since: at, until: null, changedAt, announcedAt } : { until: at, changedAt };
  return {
    updateOne: {
      filter: { _id, since, until, revision: row.revision, judgedAt: row.judgedAt },
      update: { $set: { revision, judgedAt, ...(matches === (until === null) ? {} : changed) } },
    },
  };
}

/** Announces joiners that have not been yet. */
export async function announce(
  { members }: Kept,
  enterMembers: EnterMembers,
  segment: string,
  contacts: readonly string[],
): Promise<void> {
  const ids = contacts.map((contact) => memberId(segment, contact));
  const rows = await readByIds<Member>(members, ids, { only: { announcedAt: null, until: null } });
  if (rows.length === 0) return;
  await enterMembers(
    segment,
    rows.map(({ contact, since }) => ({ contact, since })),
  );
  const announcedAt = new Date();
  await members.bulkWrite(
    rows.map(({ _id, since }) => ({ updateOne: { filter: { _id, since }, update: { $set: { announcedAt } } } })),
    { ordered: false },
  );
}
