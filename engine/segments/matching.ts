import type { Condition } from '#shared/condition.ts';
import { decide, decideBy } from '#shared/evaluate.ts';
import type { Models } from '../models/index.ts';
import { type Box, filterOf } from './box.ts';
import { compileCondition } from './compile-condition.ts';
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

/** Everyone who meets a condition, each once, page by page. */
export async function* matching(models: Read, question: Question): AsyncGenerator<Person[]> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  // Only boxes that may overlap need their people remembered.
  const met = apart && unsure.length === 0 ? null : new Set<string>();
  for (const box of [...sure, ...unsure]) {
    for await (const page of pagesOf(models, box, question)) {
      const fresh = met ? page.filter(({ _id }) => !met.has(_id)) : page;
      for (const { _id } of fresh) met?.add(_id);
      const holds = unsure.includes(box) ? await matchingOf(models, question, fresh) : fresh;
      if (holds.length > 0) yield holds;
    }
  }
}

/** How many meet a condition, by indexes alone where the summaries tell all. */
export async function countMatching(models: Read, question: Question): Promise<number> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  const certain = apart ? await countApart(models, sure, question) : await countTogether(models, sure, question);
  const judged = new Set<string>();
  for (const box of unsure) {
    for await (const page of pagesOf(models, box, question)) {
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

async function* pagesOf(models: Read, box: Box, { clock }: Question): AsyncGenerator<Person[]> {
  const rows = models.contacts.collection
    .find(filterOf(box, clock))
    .project<Person>(judgedFields)
    .batchSize(PAGE_PEOPLE);
  let page: Person[] = [];
  for await (const person of rows) {
    page.push(person);
    if (page.length < PAGE_PEOPLE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function matchingOf(models: Read, { condition, now }: Question, people: readonly Person[]): Promise<Person[]> {
  if (people.length === 0) return [];
  const holds = await judge(models, { condition, people, nowOf: () => now });
  return people.filter(({ _id }) => holds.has(_id));
}
