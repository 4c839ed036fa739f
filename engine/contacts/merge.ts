import type { Consent, Contact, Source } from '#shared/contact.ts';
import type { Member } from '#shared/segment.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { changeContacts } from './change.ts';
import { searchTerms } from './search.ts';

export interface Merges {
  /** Makes two contacts one; the older survives. Repeatable when killed half-way. */
  merge(one: string, other: string): Promise<void>;
  /** Completes the merge of a contact that was merged away. */
  finish(younger: string): Promise<void>;
  /** Completes the merges that somebody was killed in. */
  finishAll(): Promise<void>;
}

/** What merging needs from its neighbours. */
export type MergeDeps = {
  mergeRuns(younger: string, older: string): Promise<void>;
  project(contactIds: string[]): Promise<void>;
};

/** The search term of a contact whose merge is under way; no prefix that people type finds it. */
const MERGING = '\u0001merging';

/** Merges in steps that can each be repeated after a crash. */
export function createMerges(models: Models, deps: MergeDeps): Merges {
  const { contacts } = models;

  async function merge(one: string, other: string): Promise<void> {
    const pair = await nativeOf(contacts)
      .find({ _id: { $in: [one, other] } })
      .project<Contact>({})
      .toArray();
    const [older, younger] = pair.toSorted(
      (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1),
    );
    if (!older || !younger || older.mergedInto !== null) return;
    if (younger.mergedInto === null) {
      await changeContacts(models, [younger._id], (rows) => {
        const away = { mergedInto: older._id, clock: null, search: [MERGING] };
        return new Map(rows.flatMap((row) => (row.mergedInto === null ? [[row._id, away] as const] : [])));
      });
    }
    await finish(younger._id);
  }

  /** Moves everything along the chain of merges to whoever survived in the end. */
  async function finish(younger: string): Promise<void> {
    let from = await nativeOf(contacts).findOne<Contact>({ _id: younger });
    while (from?.mergedInto) {
      await moveAll(models, deps, from, from.mergedInto);
      await nativeOf(contacts).updateOne({ _id: from._id, search: MERGING }, { $set: { search: [], tags: [] } });
      from = await nativeOf(contacts).findOne<Contact>({ _id: from.mergedInto });
    }
  }

  async function finishAll(): Promise<void> {
    const open = await nativeOf(contacts)
      .find({ search: MERGING })
      .project<{ _id: string }>({ _id: 1 })
      .limit(500)
      .toArray();
    for (const { _id } of open) await finish(_id);
  }

  return { merge, finish, finishAll };
}

/** The identities go last: as long as one points to the younger, whoever meets it completes the merge. */
async function moveAll(models: Models, deps: MergeDeps, younger: Contact, older: string): Promise<void> {
  await changeContacts(models, [older], (rows) => new Map(rows.map((row) => [row._id, united(row, younger)])));
  const whose = { contact: younger._id };
  const theirs = { $set: { contact: older } };
  await nativeOf(models.events).updateMany(whose, theirs);
  await nativeOf(models.deliveries).updateMany(whose, theirs);
  await nativeOf(models.coupons).updateMany(whose, theirs);
  await nativeOf(models.suppressions).updateMany(whose, theirs);
  await moveMembers(models, younger._id, older);
  await deps.mergeRuns(younger._id, older);
  await deps.project([older]);
  await nativeOf(models.identities).updateMany(whose, theirs);
}

/** Below every contact's revision: the first verdict on the older one counts. */
const UNJUDGED = -1;

/** A membership's id names its contact, so it is written anew; one the older has already stands. */
async function moveMembers({ members }: Models, younger: string, older: string): Promise<void> {
  const rows = await nativeOf(members).find({ contact: younger }).project<Member>({}).toArray();
  const moved = rows.map((row) => ({ ...row, _id: `${row.segment}:${older}`, contact: older, revision: UNJUDGED }));
  await insertNew(members, moved);
  await nativeOf(members).deleteMany({ contact: younger });
}

/** The older contact with what only the younger knew. */
function united(older: Contact, younger: Contact): Partial<Contact> {
  const profile = { ...younger.profile, ...older.profile };
  const known = {
    profile,
    email: older.email ?? younger.email,
    phone: older.phone ?? younger.phone,
    userId: older.userId ?? younger.userId,
  };
  return {
    ...known,
    ...searchTerms(known),
    tags: [...new Set([...older.tags, ...younger.tags])],
    companies: [...new Set([...(older.companies ?? []), ...(younger.companies ?? [])])],
    consent: { email: strictest(older.consent.email, younger.consent.email) },
    firstSource: byTime([older.firstSource, younger.firstSource]).at(0) ?? null,
    latestSource: byTime([older.latestSource, younger.latestSource]).at(-1) ?? null,
    timeZone: older.timeZone ?? younger.timeZone,
  };
}

function strictest(one: Consent, other: Consent): Consent {
  const strictness = { withdrawn: 2, given: 1, unknown: 0 } satisfies Record<Consent['state'], number>;
  return strictness[other.state] > strictness[one.state] ? other : one;
}

function byTime(sources: readonly (Source | null)[]): Source[] {
  return sources.filter((source) => source !== null).toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
