import type { mongo } from 'mongoose';
import type { Contact } from '#shared/contact.ts';
import type { Stage } from '#shared/stage.ts';
import type { Clocks } from '../clocks.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

export type ContactQuery = {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  tag?: string | undefined;
  stage?: Stage | undefined;
  segment?: string | undefined;
};
export type ContactList = { contacts: Contact[]; cursor: string | null; total: number };
type Filter = mongo.Filter<Contact>;
type Deps = { models: Pick<Models, 'contacts' | 'members'>; clocks: Clocks };

/** Up to so many matches are collected by their index and sorted; where there are more, the next page is never far along `_id`. */
const FEW = 2_000;
const PAGE_MEMBERS = 500;
const AFTER_ALL = '\uffff';

/** A page of living contacts, newest first; ids sort by when they were made, so the cursor is an id. */
export async function listContacts({ models, clocks }: Deps, query: ContactQuery): Promise<ContactList> {
  const filter = await filterOf(clocks, query);
  if (query.segment !== undefined) return listMembers(models, query.segment, filter, query);
  const contacts = nativeOf(models.contacts);
  if (Object.keys(filter).length === 0) {
    const [all, merged] = await Promise.all([
      contacts.estimatedDocumentCount(),
      contacts.countDocuments({ clock: null }),
    ]);
    return pageOf(await walk(models, { mergedInto: null }, query), query.limit, all - merged);
  }
  const total = await contacts.countDocuments(filter);
  if (total > FEW) return pageOf(await walk(models, filter, query), query.limit, total);
  const found = await contacts.find(filter).project<{ _id: string }>({ _id: 1 }).toArray();
  const ids = found
    .map(({ _id }) => _id)
    .filter((id) => query.cursor === undefined || id < query.cursor)
    .toSorted((a, b) => (a < b ? 1 : -1))
    .slice(0, query.limit + 1);
  return pageOf(await byIds(models, ids), query.limit, total);
}

async function walk(
  models: Deps['models'],
  filter: Filter,
  { limit, cursor = AFTER_ALL }: ContactQuery,
): Promise<Contact[]> {
  return nativeOf(models.contacts)
    .find({ ...filter, _id: { $lt: cursor } })
    .sort({ _id: -1 })
    .hint({ _id: 1 })
    .limit(limit + 1)
    .toArray();
}

async function byIds(models: Deps['models'], ids: readonly string[], filter: Filter = {}): Promise<Contact[]> {
  const contacts = await nativeOf(models.contacts)
    .find({ ...filter, _id: { $in: [...ids] }, mergedInto: null })
    .toArray();
  const order = new Map(ids.map((id, index) => [id, index]));
  return contacts.toSorted((a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0));
}

function pageOf(found: readonly Contact[], limit: number, total: number): ContactList {
  const contacts = found.slice(0, limit);
  const last = contacts.at(-1);
  return { contacts, cursor: found.length > limit && last ? last._id : null, total };
}

/** Those of a segment, by its kept members; `total` counts the members before any further filter. */
async function listMembers(
  { contacts, members }: Deps['models'],
  segment: string,
  filter: Filter,
  { limit, cursor }: ContactQuery,
): Promise<ContactList> {
  const inside = { segment, until: null };
  const total = await nativeOf(members).countDocuments(inside);
  const found: Contact[] = [];
  let after = `${segment}:${cursor ?? ''}`;
  while (found.length <= limit) {
    const rows = await nativeOf(members)
      .find({ ...inside, _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(PAGE_MEMBERS)
      .project<{ _id: string; contact: string }>({ contact: 1 })
      .toArray();
    const last = rows.at(-1);
    if (!last) break;
    after = last._id;
    found.push(
      ...(await byIds(
        { contacts, members },
        rows.map(({ contact }) => contact),
        filter,
      )),
    );
  }
  return pageOf(found, limit, total);
}

async function filterOf(clocks: Clocks, { search, tag, stage }: ContactQuery): Promise<Filter> {
  const prefix = search?.trim().toLowerCase() ?? '';
  const living = (await clocks.all()).map(({ _id }) => _id);
  return {
    ...(prefix !== '' && { search: { $regex: `^${escaped(prefix)}` } }),
    ...(tag !== undefined && { tags: tag }),
    ...(stage !== undefined && { clock: { $in: living }, stage }),
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
