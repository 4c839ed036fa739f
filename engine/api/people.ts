import type { PersonRow } from '#shared/api/journeys.ts';
import type { Contact } from '#shared/contact.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import type { Plans } from '../journeys/plans.ts';
import type { StoredPlan } from '../models/journey.ts';
import { nextOf } from '../report/next.ts';
import { findPeople, type Found } from '../report/people.ts';
import type { Reports } from '../report/reports.ts';
import { totalOf } from '../report/total.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

type PeopleDeps = { base: Base; plans: Pick<Plans, 'get'>; reports: Reports };
type Person = Pick<Contact, '_id' | 'name' | 'email'>;

/** The people behind a number of a journey: who, where, since when, and what happens to them next. */
export function peopleHandlers({ base, plans, reports }: PeopleDeps): Handlers<'listPeople'> {
  const { models } = base;
  return {
    listPeople: async ({ params, query: { limit, cursor, figure, step, outcome } }) => {
      const id = params.id ?? '';
      const [journey, report] = await Promise.all([
        models.journeys.findById(id, { state: 1 }).lean<Pick<Journey, 'state'>>(),
        reports.report(id),
      ]);
      if (!journey || !report) throw notFound('journey');
      const nodes = await nodesOf(id);
      const clicked = { journey: id, nodes, figure, ...(step && { step }), ...(outcome && { outcome }) };
      const page = await findPeople(models, clicked, { limit, cursor: cursor ?? null });
      return { rows: await rowsOf(page.found, journey), cursor: page.cursor, total: totalOf(report, clicked) };
    },
  };

  async function nodesOf(journey: string): Promise<string[]> {
    const versions = await models.plans.find({ journey }, { nodes: 1 }).lean<Pick<StoredPlan, 'nodes'>[]>();
    return [...new Set(versions.flatMap(({ nodes }) => Object.keys(nodes)))];
  }

  async function rowsOf(found: Found[], { state }: Pick<Journey, 'state'>): Promise<PersonRow[]> {
    const runs = await models.enrollments
      .find({ _id: { $in: found.map(({ enrollment }) => enrollment) } }, { path: 0 })
      .lean<Omit<Enrollment, 'path'>[]>();
    const people = await models.contacts
      .find({ _id: { $in: runs.map(({ contact }) => contact) } }, { name: 1, email: 1 })
      .lean<Person[]>();
    const runById = new Map(runs.map((run) => [run._id, run]));
    const personById = new Map(people.map((person) => [person._id, person]));
    const rows = found.map(async ({ enrollment, since, reason }): Promise<PersonRow[]> => {
      const row = runById.get(enrollment);
      if (!row) return [];
      const [plan, clock] = await Promise.all([plans.get(row.plan), base.clocks.get(row.clock)]);
      const person = personById.get(row.contact);
      return [
        {
          enrollment,
          contact: row.contact,
          name: person?.name ?? '',
          email: person?.email ?? null,
          node: row.node,
          since: (since ?? row.since).toISOString(),
          next: nextOf({ row, node: plan.nodes[row.node], clock, state }),
          reason,
        },
      ];
    });
    return (await Promise.all(rows)).flat();
  }
}
