import type { Member } from '#shared/segment.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';

/** What a segment's condition says of someone, from an instant of their clock on. */
export type Verdict = { contact: string; clock: string; matches: boolean; at: Date };

/** Tells journeys that take joiners who began to match. Repeatable: `since` makes the entry one and the same. */
export type EnterMembers = (segment: string, joined: { contact: string; since: Date }[]) => Promise<void>;

type Kept = Pick<Models, 'members'>;

/** The id of a contact's membership: one row for each segment and contact. */
export function memberId(segment: string, contact: string): string {
  return `${segment}:${contact}`;
}

/** Writes who matches and who no longer does, by compare-and-set. `announcedAt: null` leaves joiners to be announced. */
export async function writeVerdicts(
  { members }: Kept,
  { segment, verdicts, announcedAt }: { segment: string; verdicts: readonly Verdict[]; announcedAt: Date | null },
): Promise<void> {
  if (verdicts.length === 0) return;
  const ids = verdicts.map(({ contact }) => memberId(segment, contact));
  const rows = await members.find({ _id: { $in: ids } }).lean<Member[]>();
  const known = new Map(rows.map((row) => [row._id, row]));
  const changedAt = new Date();
  const fresh: Member[] = [];
  const writes = [];
  for (const { contact, clock, matches, at } of verdicts) {
    const row = known.get(memberId(segment, contact));
    const joined = { since: at, until: null, changedAt, announcedAt };
    if (matches && !row) fresh.push({ _id: memberId(segment, contact), segment, contact, clock, ...joined });
    if (!row || matches === (row.until === null)) continue;
    const filter = { _id: row._id, since: row.since, until: row.until };
    writes.push({ updateOne: { filter, update: { $set: matches ? joined : { until: at, changedAt } } } });
  }
  await insertNew(members, fresh);
  if (writes.length > 0) await members.bulkWrite(writes, { ordered: false });
}

/** Announces joiners that have not been yet. */
export async function announce(
  { members }: Kept,
  enterMembers: EnterMembers,
  segment: string,
  contacts: readonly string[],
): Promise<void> {
  const ids = contacts.map((contact) => memberId(segment, contact));
  const rows = await members.find({ _id: { $in: ids }, announcedAt: null, until: null }).lean<Member[]>();
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
