import type { mongo } from 'mongoose';
import type { Contact } from '#shared/contact.ts';
import type { Segment } from '#shared/segment.ts';
import type { Stage } from '#shared/stage.ts';
import { notFound } from '../api/problem.ts';
import type { Clocks } from '../clocks.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { Segments } from '../segments/segments.ts';

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
type Deps = { models: Pick<Models, 'contacts' | 'segments'>; clocks: Clocks; segments: Pick<Segments, 'matching'> };

/** Up to so many matches are collected by their index and sorted; where there are more, the next page is never far along `_id`. */
const FEW = 2_000;
/** A filter that more people match than this says so many: whoever reads it wants a narrower one, and soon. */
const MOST_COUNTED = 20_000;
const AFTER_ALL = '\uffff';

/** A page of living contacts, newest first; ids sort by when they were made, so the cursor is an id. */
export async function listContacts(deps: Deps, query: ContactQuery): Promise<ContactList> {
  const { models, clocks } = deps;
  const filter = await filterOf(clocks, query);
  if (query.segment !== undefined) return pageOfIds(models, await idsInside(deps, query.segment, filter), query);
  const contacts = nativeOf(models.contacts);
  if (Object.keys(filter).length === 0) {
    const [all, merged] = await Promise.all([
      contacts.estimatedDocumentCount(),
      contacts.countDocuments({ clock: null }),
    ]);
    return pageOf(await walk(models, { mergedInto: null }, query), query.limit, all - merged);
  }
  const total = await contacts.countDocuments(filter, { limit: MOST_COUNTED });
  if (total > FEW) return pageOf(await walk(models, filter, query), query.limit, total);
  return pageOfIds(models, await idsOf(models, filter), query);
}

async function pageOfIds(models: Deps['models'], all: readonly string[], query: ContactQuery): Promise<ContactList> {
  const { cursor = AFTER_ALL, limit } = query;
  const ids = all
    .filter((id) => id < cursor)
    .toSorted((a, b) => (a < b ? 1 : -1))
    .slice(0, limit + 1);
  const contacts = await nativeOf(models.contacts)
    .find({ _id: { $in: ids }, mergedInto: null })
    .toArray();
  const sorted = contacts.toSorted((a, b) => (a._id < b._id ? 1 : -1));
  return pageOf(sorted, limit, all.length);
}

async function idsOf(models: Deps['models'], filter: Filter): Promise<string[]> {
  const found = await nativeOf(models.contacts).find(filter).project<{ _id: string }>({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id);
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

function pageOf(found: readonly Contact[], limit: number, total: number): ContactList {
  const contacts = found.slice(0, limit);
  const last = contacts.at(-1);
  return { contacts, cursor: found.length > limit && last ? last._id : null, total };
}

/** The ids of those who match a segment now, and the rest of the filter too, in pages. */
async function idsInside({ models, segments }: Deps, segment: string, filter: Filter): Promise<string[]> {
  const stored = await models.segments.findById(segment, { condition: 1 }).lean<Pick<Segment, 'condition'>>();
  if (!stored) throw notFound('segment');
  const ids: string[] = [];
  for await (const people of segments.matching(stored.condition)) {
    const page = people.map(({ _id }) => _id);
    ids.push(...(Object.keys(filter).length === 0 ? page : await idsOf(models, { ...filter, _id: { $in: page } })));
  }
  return ids;
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
