import type { Contact } from '#shared/contact.ts';
import { evaluate, eventsAskedBy, needsEvents } from '#shared/evaluate.ts';
import { eventsOf } from '../contacts/events-of.ts';
import { readByIds } from '../models/native.ts';
import type { Judged } from '../segments/judge.ts';
import { judgedFields } from '../segments/matching.ts';
import { decideAlone } from './decide-alone.ts';
import type { Decision, EngineStep, Person } from './step.ts';

/** The first way whose condition holds for the person at this instant, else `else`. */
export const branch: EngineStep<'branch'> = {
  onlyDecides: true,
  async act({ base }, { step, people }) {
    const ids = people.map(({ contact }) => contact._id);
    const looksAtEvents = step.ways.some(({ condition }) => needsEvents(condition));
    const asked = step.ways.flatMap(({ condition }) => eventsAskedBy(condition));
    const [contacts, events] = await Promise.all([
      readByIds<Contact, Judged>(base.models.contacts, ids, { fields: judgedFields }),
      looksAtEvents ? eventsOf(base.models, ids, asked) : null,
    ]);
    const subjects = new Map(
      contacts.map((contact) => [
        contact._id,
        { ...contact, ...(events && { events: events.get(contact._id) ?? [] }) },
      ]),
    );
    const decide = ({ contact, at }: Person): Decision => {
      const subject = subjects.get(contact._id);
      // Who was deleted meanwhile is taken out at the next node.
      const way = subject && step.ways.find(({ condition }) => evaluate(condition, subject, at));
      return { kind: 'edge', edge: way?.id ?? 'else' };
    };
    return new Map(
      people.map((person): [string, Decision] => [person.row._id, decideAlone(base, person.row, () => decide(person))]),
    );
  },
};
