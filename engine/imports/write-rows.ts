import type { Consent, Source } from '#shared/contact.ts';
import type { Event } from '#shared/event.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { EventNames } from '../events/names.ts';
import type { ImportJob } from '../models/import.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
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
  const sought = rows.map(({ mapped }) => ({
    identities: mapped.identities,
    seed: { clock: job.clock, profile: mapped.profile, tags: mapped.tags, ...given(job, mapped.agreed) },
  }));
  const people = await deps.contacts.upsertAll(sought);
  const ids = [...new Set(people.map(({ contact }) => contact))];
  const events = rows.flatMap((row, index) => eventOf(job, row, people[index]?.contact));
  const inserted = await insertNew(deps.models.events, events);
  await deps.names.note(new Set(events.map(({ name }) => name)));
  await deps.contacts.project(ids);
  await deps.members.absorb(ids);
  if (job.mapping.kind === 'events') {
    return { created: inserted.length, updated: 0, unchanged: rows.length - inserted.length };
  }
  const count = (outcome: string) => people.filter((person) => person.outcome === outcome).length;
  return { created: count('created'), updated: count('updated'), unchanged: count('unchanged') };
}

function given({ source, fileName, startedAt }: ImportJob, agreed: boolean): { source: Source; consent?: Consent } {
  const origin: Source = { name: source, detail: { import: fileName }, at: startedAt };
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
    },
  ];
}
