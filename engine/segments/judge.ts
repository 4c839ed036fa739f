import type { Condition } from '#shared/condition.ts';
import { decide, eventsAskedBy, type Subject } from '#shared/evaluate.ts';
import { eventsOf } from '../contacts/events-of.ts';
import type { Models } from '../models/index.ts';

/** Someone to be judged, at the present instant of their clock. */
export type Judged = Subject & { _id: string };

/**
 * Who of some contacts meets a condition, reading events only where the summaries cannot tell.
 * @param nowOf the instant at which each is judged.
 */
export async function judge<Person extends Judged>(
  models: Pick<Models, 'events'>,
  { condition, people, nowOf }: { condition: Condition; people: readonly Person[]; nowOf: (person: Person) => Date },
): Promise<Set<string>> {
  const verdicts = people.map((person) => ({ person, verdict: decide(condition, person, nowOf(person)) }));
  const open = verdicts.filter(({ verdict }) => verdict === null).map(({ person }) => person);
  const events = await eventsOf(
    models,
    open.map(({ _id }) => _id),
    eventsAskedBy(condition),
  );
  const matching = verdicts.filter(
    ({ person, verdict }) =>
      verdict ?? decide(condition, { ...person, events: events.get(person._id) ?? [] }, nowOf(person)) === true,
  );
  return new Set(matching.map(({ person }) => person._id));
}
