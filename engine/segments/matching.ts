import type { Condition } from '#shared/condition.ts';
import { decide, decideBy } from '#shared/evaluate.ts';
import type { Models } from '../models/index.ts';
import { type Box, filterOf } from './box.ts';
import { compileCondition } from './compile-condition.ts';
import { streamInPages } from '../in-pages.ts';
import { type Judged, judge } from './judge.ts';
import { isOpaque } from './trait-filter.ts';

type Read = Pick<Models, 'contacts' | 'events'>;

/** A condition asked of the people of one clock at one of its instants. */
export type Question = { condition: Condition; clock: string; now: Date };

/** How many people are read at once. */
export const PAGE_PEOPLE = 500;

/** What judging a person needs of their row. */
export const judgedFields = {
  clock: 1,
  email: 1,
  phone: 1,
  userId: 1,
  name: 1,
  profile: 1,
  tags: 1,
  stage: 1,
  consent: 1,
  summaries: 1,
  timeZone: 1,
  revision: 1,
} as const;
export type Person = Judged & { clock: string; revision: number };

/** Someone who meets a condition, with what was asked of them. */
export type Matching<Field extends keyof Person = never> = Pick<Person, '_id' | Field>;

/** Everyone who meets a condition, each once, page by page; `fields` of theirs besides their id. */
export async function* matching<Field extends keyof Person = never>(
  models: Read,
  question: Question,
  fields: readonly Field[] = [],
): AsyncGenerator<Matching<Field>[]> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  // Only boxes that may overlap need their people remembered.
  const met = apart && unsure.length === 0 ? null : new Set<string>();
  const unmet = <Met extends Matching>(page: Met[]): Met[] => {
    const fresh = met ? page.filter(({ _id }) => !met.has(_id)) : page;
    for (const { _id } of fresh) met?.add(_id);
    return fresh;
  };
  const wanted = Object.fromEntries(fields.map((field) => [field, 1]));
  for (const box of sure) {
    for await (const page of pagesOf<Matching<Field>>(models, { box, ...question, fields: wanted })) yield unmet(page);
  }
  for (const box of unsure) {
    for await (const page of pagesOf<Person>(models, { box, ...question, fields: judgedFields }))
      yield await matchingOf(models, question, unmet(page));
  }
}

/** How many meet a condition, by indexes alone where the summaries tell all. */
export async function countMatching(models: Read, question: Question): Promise<number> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  const certain = apart ? await countApart(models, sure, question) : await countTogether(models, sure, question);
  const judged = new Set<string>();
  for (const box of unsure) {
    for await (const page of pagesOf<Person>(models, { box, ...question, fields: judgedFields })) {
      const open = page.filter((person) => !judged.has(person._id) && !isSettled(question, person));
      for (const { _id } of await matchingOf(models, question, open)) judged.add(_id);
    }
  }
  return certain + judged.size;
}

/** Whom the filters alone settle is in a sure box, and counted there, or matches nothing. */
function isSettled({ condition, now }: Question, person: Person): boolean {
  return decideBy(condition, (leaf) => (isOpaque(leaf) ? null : decide(leaf, person, now))) !== null;
}

/** A few who meet a condition. */
export async function sampleMatching(models: Read, question: Question, size: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of matching(models, question)) {
    ids.push(...page.map(({ _id }) => _id));
    if (ids.length >= size) break;
  }
  return ids.slice(0, size);
}

async function countApart(models: Read, boxes: readonly Box[], { clock }: Question): Promise<number> {
  let total = 0;
  for (const box of boxes) total += await models.contacts.collection.countDocuments(filterOf(box, clock));
  return total;
}

async function countTogether(models: Read, boxes: readonly Box[], { clock }: Question): Promise<number> {
  const ids = new Set<string>();
  for (const box of boxes) {
    const rows = models.contacts.collection.find(filterOf(box, clock)).project<{ _id: string }>({ _id: 1 });
    for await (const { _id } of rows) ids.add(_id);
  }
  return ids.size;
}

type Asked = { box: Box; clock: string; fields: Record<string, number> };

async function* pagesOf<Row>(models: Read, { box, clock, fields }: Asked): AsyncGenerator<Row[]> {
  const rows = models.contacts.collection.find(filterOf(box, clock)).project({ _id: 1, ...fields });
  yield* streamInPages(rows.batchSize(PAGE_PEOPLE) as AsyncIterable<Row>, PAGE_PEOPLE);
}

async function matchingOf(models: Read, { condition, now }: Question, people: readonly Person[]): Promise<Person[]> {
  if (people.length === 0) return [];
  const holds = await judge(models, { condition, people, nowOf: () => now });
  return people.filter(({ _id }) => holds.has(_id));
}
