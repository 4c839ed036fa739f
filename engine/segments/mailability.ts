import type { Condition } from '#shared/condition.ts';
import type { Consent } from '#shared/contact.ts';
import type { Models } from '../models/index.ts';
import { filterOf } from './box.ts';
import { compileCondition } from './compile-condition.ts';
import { judge } from './judge.ts';
import { judgedFields, matching, type Person, type Question } from './matching.ts';

type Read = Pick<Models, 'contacts' | 'events'>;

/** Some of those who meet a condition, by what decides whether they may be mailed. */
export type Share = { consent: Consent['state']; hasAddress: boolean; people: number };

/** Everyone who meets a condition, counted by consent and address: by the database where the summaries tell all. */
export async function mailabilityOf(models: Read, question: Question): Promise<Share[]> {
  const { sure, unsure, apart } = compileCondition(question.condition, question.now);
  if (!apart || unsure.length > 0) return countedOneByOne(models, question);
  const shares: Share[] = [];
  for (const box of sure) {
    const rows = models.contacts.collection.aggregate<{ _id: Omit<Share, 'people'>; people: number }>([
      { $match: filterOf(box, question.clock) },
      {
        $group: {
          _id: { consent: '$consent.email.state', hasAddress: { $ne: [{ $ifNull: ['$email', ''] }, ''] } },
          people: { $sum: 1 },
        },
      },
    ]);
    for await (const { _id, people } of rows) shares.push({ ..._id, people });
  }
  return shares;
}

async function countedOneByOne(models: Read, question: Question): Promise<Share[]> {
  const shares = new Map<string, Share>();
  for await (const page of matching(models, question)) {
    for (const { consent, email } of page) {
      const { state } = consent.email;
      const hasAddress = Boolean(email);
      const share = shares.get(`${state} ${hasAddress}`) ?? { consent: state, hasAddress, people: 0 };
      share.people += 1;
      shares.set(`${state} ${hasAddress}`, share);
    }
  }
  return [...shares.values()];
}

/** Who of some contacts meets a condition, each at the present instant of their own clock. */
export async function matchingAmong(
  models: Read,
  { condition, ids, nows }: { condition: Condition; ids: readonly string[]; nows: ReadonlyMap<string, Date> },
): Promise<Person[]> {
  if (ids.length === 0) return [];
  const people = await models.contacts.collection
    .find({ _id: { $in: [...ids] }, clock: { $in: [...nows.keys()] } } as object)
    .project<Person>(judgedFields)
    .toArray();
  const nowOf = ({ clock }: Person) => nows.get(clock) ?? new Date();
  const holds = await judge(models, { condition, people, nowOf });
  return people.filter(({ _id }) => holds.has(_id));
}
