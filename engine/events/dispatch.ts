import type { Contact } from '#shared/contact.ts';
import type { Event } from '#shared/event.ts';
import type { Logger } from 'pino';
import type { Contacts } from '../contacts/contacts.ts';
import type { Members } from '../segments/members.ts';
import type { Models } from '../models/index.ts';
import { nativeOf, readByIds } from '../models/native.ts';

/** What happens after an event is durable; each may be asked again for the same event. */
export type DispatchDeps = {
  models: Pick<Models, 'events' | 'contacts'>;
  log: Logger;
  contacts: Pick<Contacts, 'project' | 'followConsent'>;
  members: Pick<Members, 'refresh' | 'absorb'>;
  react(event: Event): Promise<void>;
};

/** After so many failures an event is put aside with its reason. */
const MOST_ATTEMPTS = 10;
/** How many contacts' events are reacted to at once. */
const AT_ONCE = 32;
const LONGEST_REASON = 500;

/**
 * Carries durable events on: projections, memberships, then reactions, once for all events of a contact. What fails
 * for one event is that event's; what fails for all is tried again by the sweep.
 */
export async function dispatch(deps: DispatchDeps, events: readonly Event[]): Promise<void> {
  const failed = new Map<string, string>();
  let living: Event[] = [];
  try {
    living = await followMerges(deps.models, events);
    const live = living.filter(({ history }) => !history);
    const active = idsOf(live);
    await deps.contacts.project(idsOf(living), live);
    await deps.contacts.followConsent(live);
    await deps.members.refresh(active);
    await deps.members.absorb(idsOf(living).filter((id) => !active.includes(id)));
    await reactToAll(deps, live, failed);
  } catch (error) {
    deps.log.error({ err: error, events: events.length }, 'Events could not be dispatched; they will be tried again.');
    for (const { _id } of events) failed.set(_id, reasonOf(error));
  }
  await noteFailures(deps.models, events, failed);
  const done = events.flatMap(({ _id }) => (failed.has(_id) ? [] : [_id]));
  if (done.length > 0) {
    await nativeOf(deps.models.events).updateMany({ _id: { $in: done } }, { $set: { dispatch: 'done', reason: null } });
  }
}

function idsOf(events: readonly Event[]): string[] {
  return [...new Set(events.map(({ contact }) => contact))];
}

async function reactToAll({ react, log }: DispatchDeps, events: readonly Event[], failed: Map<string, string>) {
  const live = events.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const queues = [...Map.groupBy(live, ({ contact }) => contact).values()];
  const carry = async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const event of queue) {
        try {
          await react(event);
        } catch (error) {
          log.error({ err: error, event: event._id }, 'An event could not be reacted to.');
          failed.set(event._id, reasonOf(error));
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queues.length) }, carry));
}

/** Events with the contact they belong to now; those of a deleted contact go with them. */
async function followMerges({ contacts, events }: DispatchDeps['models'], rows: readonly Event[]): Promise<Event[]> {
  const owners = new Map<string, string | null>();
  const find = (ids: string[]) =>
    readByIds<Contact, Pick<Contact, '_id' | 'mergedInto'>>(contacts, ids, { fields: { mergedInto: 1 } });
  const ids = [...new Set(rows.map(({ contact }) => contact))];
  for (const { _id, mergedInto } of await find(ids)) owners.set(_id, mergedInto ?? _id);
  const moved: Event[] = [];
  for (const row of rows) {
    let owner = owners.get(row.contact) ?? null;
    if (owner === null) {
      await nativeOf(events).deleteOne({ _id: row._id, contact: row.contact });
      continue;
    }
    if (owner !== row.contact) {
      for (let next = await find([owner]); next[0]?.mergedInto; next = await find([owner])) owner = next[0].mergedInto;
      await nativeOf(events).updateOne({ _id: row._id }, { $set: { contact: owner } });
    }
    moved.push({ ...row, contact: owner });
  }
  return moved;
}

async function noteFailures({ events }: DispatchDeps['models'], rows: readonly Event[], failed: Map<string, string>) {
  const writes = rows.flatMap(({ _id, attempts }) => {
    const reason = failed.get(_id);
    if (reason === undefined) return [];
    const state = attempts + 1 >= MOST_ATTEMPTS ? ('dead' as const) : ('pending' as const);
    const update = { $set: { dispatch: state, reason }, $inc: { attempts: 1 } };
    return [{ updateOne: { filter: { _id }, update } }];
  });
  if (writes.length > 0) await nativeOf(events).bulkWrite(writes, { ordered: false });
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON);
}
