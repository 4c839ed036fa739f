import { evaluate, eventsAskedBy, needsEvents } from '#shared/evaluate.ts';
import { eventsOf } from '../contacts/events-of.ts';
import { decideAlone } from './decide-alone.ts';
import type { Decision, EngineStep, Person } from './step.ts';

/** The first way whose condition holds for the person at this instant, else `else`. */
export const branch: EngineStep<'branch'> = {
  onlyDecides: true,
  async act({ base }, { step, people }) {
    const looksAtEvents = step.ways.some(({ condition }) => needsEvents(condition));
    const events = looksAtEvents
      ? await eventsOf(
          base.models,
          people.map(({ contact }) => contact._id),
          step.ways.flatMap(({ condition }) => eventsAskedBy(condition)),
        )
      : null;
    const decide = ({ contact, at }: Person): Decision => {
      const subject = { ...contact, ...(events && { events: events.get(contact._id) ?? [] }) };
      const way = step.ways.find(({ condition }) => evaluate(condition, subject, at));
      return { kind: 'edge', edge: way?.id ?? 'else' };
    };
    return new Map(
      people.map((person): [string, Decision] => [person.row._id, decideAlone(base, person.row, () => decide(person))]),
    );
  },
};
