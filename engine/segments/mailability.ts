import type { Contact } from '#shared/contact.ts';
import type { Condition } from '#shared/condition.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';
import { filterOf } from './box.ts';
import { compileCondition } from './compile-condition.ts';
import { judge } from './judge.ts';
import { judgedFields, matching, type Person, type Question } from './matching.ts';

type Read = Pick<Models, 'contacts' | 'events'>;

/** Everyone who meets a condition, each under the first reason of their own that keeps them from being mailed. */
export type Mailability = { mailable: number; noAddress: number; noConsent: number };

const noAddress = { email: { $in: [null, ''] } };
const mailable = { email: { $nin: [null, ''] }, 'consent.email.state': 'given' };

/** Counts who may be mailed of those who meet a condition: by the database where the summaries tell all. */
export async function mailabilityOf(models: Read, question: Question): Promise<Mailability> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  if (!apart || unsure.length > 0) return countedOneByOne(models, question);
  const total: Mailability = { mailable: 0, noAddress: 0, noConsent: 0 };
  for (const box of sure) {
    const all = filterOf(box, question.clock);
    const count = (part: object) => models.contacts.collection.countDocuments({ $and: [all, part] });
    // Indexes alone tell how many there are; whoever is left over is counted only where there are any.
    const matching = await models.contacts.collection.countDocuments(all);
    const reached = matching === 0 ? 0 : await count(mailable);
    const without = matching === reached ? 0 : await count(noAddress);
    total.mailable += reached;
    total.noAddress += without;
    total.noConsent += matching - reached - without;
  }
  return total;
}

/** Under what one of them is counted. */
export function mailabilityOfOne({ consent, email }: Pick<Person, 'consent' | 'email'>): keyof Mailability {
  if (!email) return 'noAddress';
  return consent.email.state === 'given' ? 'mailable' : 'noConsent';
}

async function countedOneByOne(models: Read, question: Question): Promise<Mailability> {
  const total: Mailability = { mailable: 0, noAddress: 0, noConsent: 0 };
  const pages = matching(models, question, ['consent', 'email']);
  for await (const page of pages) for (const person of page) total[mailabilityOfOne(person)] += 1;
  return total;
}

/** Who of some contacts meets a condition, each at the present instant of their own clock. */
export async function matchingAmong(
  models: Read,
  { condition, ids, nows }: { condition: Condition; ids: readonly string[]; nows: ReadonlyMap<string, Date> },
): Promise<Person[]> {
  if (ids.length === 0) return [];
  const people = await readByIds<Contact, Person>(models.contacts, ids, {
    only: { clock: { $in: [...nows.keys()] } },
    fields: judgedFields,
  });
  const nowOf = ({ clock }: Person) => nows.get(clock) ?? new Date();
  const holds = await judge(models, { condition, people, nowOf });
  return people.filter(({ _id }) => holds.has(_id));
}
