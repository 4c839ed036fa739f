import { isDeepStrictEqual } from 'node:util';
import type { Consent, Source } from '#shared/contact.ts';
import type { Event } from '#shared/event.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { EventNames } from '../events/names.ts';
import type { ImportJob } from '../models/import.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { Mapped } from './map-row.ts';

/** What imports need of the people's part. */
export type RowWriting = {
  models: Pick<Models, 'events'>;
  contacts: Pick<Contacts, 'resolveAll' | 'upsertAll' | 'project'>;
  names: EventNames;
  members: { absorb(contactIds: string[]): Promise<void> };
};

export type PlacedRow = { line: number; mapped: Mapped };
export type Written = { created: number; updated: number; unchanged: number };

/** Writes a page of good rows as contacts, or as events of theirs; the same page again changes nothing. */
export async function writeRows(deps: RowWriting, job: ImportJob, rows: readonly PlacedRow[]): Promise<Written> {
  if (rows.length === 0) return { created: 0, updated: 0, unchanged: 0 };
  const sought = rows.map(({ line, mapped }) => ({
    identities: mapped.identities,
    seed: { clock: job.clock, profile: mapped.profile, tags: mapped.tags, ...given(job, line, mapped.agreed) },
  }));
  const people = await deps.contacts.upsertAll(sought);
  const ids = [...new Set(people.map(({ contact }) => contact))];
  const events = rows.flatMap((row, index) => eventOf(job, row, people[index]?.contact));
  const created = await insertOurs(deps.models.events, events);
  await deps.names.note(new Set(events.map(({ name }) => name)));
  const eventful = new Set(events.map(({ contact }) => contact));
  const stale = people.filter(({ contact, projected }) => !projected || eventful.has(contact));
  await deps.contacts.project(stale.map(({ contact }) => contact));
  await deps.members.absorb(ids);
  if (job.mapping.kind === 'events') {
    return { created, updated: 0, unchanged: rows.length - created };
  }
  // A row made somebody when it is what brought them first; a repeated page then counts the same again.
  const made = people.filter(({ firstSource }, index) => isDeepStrictEqual(firstSource, sought[index]?.seed.source));
  const others = people.filter((person) => !made.includes(person));
  const unchanged = others.filter(({ outcome }) => outcome === 'unchanged').length;
  return { created: made.length, updated: others.length - unchanged, unchanged };
}

/** Inserts events and answers how many of them this import brought, counting those of a page that was cut off. */
async function insertOurs(model: Models['events'], events: readonly Event[]): Promise<number> {
  const inserted = await insertNew(model, events);
  const refused = events.filter((event) => !inserted.includes(event));
  if (refused.length === 0) return inserted.length;
  const stored = await nativeOf(model)
    .find({ _id: { $in: refused.map(({ _id }) => _id) } })
    .project<Pick<Event, '_id' | 'context'>>({ context: 1 })
    .toArray();
  const contexts = new Map(stored.map(({ _id, context }) => [_id, context]));
  const ours = refused.filter(({ _id, context }) => isDeepStrictEqual(contexts.get(_id), context));
  return inserted.length + ours.length;
}

/** What brought someone, down to the line. */
function given(job: ImportJob, line: number, agreed: boolean): { source: Source; consent?: Consent } {
  const { source, fileName, startedAt } = job;
  const origin: Source = { name: source, detail: { import: fileName, line: String(line) }, at: startedAt };
  return agreed ? { source: origin, consent: { state: 'given', at: startedAt, source } } : { source: origin };
}

/** Without an id of its own an event is known by file and line, so that equal rows stay and a second import adds none. */
function eventOf(job: ImportJob, { line, mapped: { event } }: PlacedRow, contact: string | undefined): Event[] {
  if (!event || contact === undefined) return [];
  const { name, at, value, properties } = event;
  return [
    {
      _id: event.id ?? `import:${job.upload}:${line}`,
      kind: 'track',
      name,
      contact,
      at,
      receivedAt: new Date(),
      properties,
      value,
      history: true,
      source: job.source,
      dispatch: 'done',
      attempts: 0,
      reason: null,
      context: { import: job._id, line },
    },
  ];
}
