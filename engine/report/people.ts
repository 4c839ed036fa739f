import type { Figure } from '#shared/api/journeys.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { stepOfNode } from '#shared/plan.ts';
import type { Models } from '../models/index.ts';

/** Which number of a journey was clicked. */
export type PeopleQuery = {
  journey: string;
  nodes: readonly string[];
  figure: Figure;
  step?: string;
  outcome?: string;
};
/** Someone behind a number: where their run is, since when they count there, and why if there is a reason. */
export type Found = { enrollment: string; since: Date | null; reason: string | null };
export type FoundPage = { found: Found[]; cursor: string | null };

/** One stretch of rows in the order of their ids, all of them along one index. */
type Stretch = { read: (after: string, count: number) => Promise<{ id: string; found: Found | null }[]> };

const WINDOW = 500;
/** How many rows one page may look at; a page that comes up short goes on from its cursor. */
const MOST_LOOKED_AT = 20_000;

/** A page of the people behind a number, in the order of their runs. */
export async function findPeople(
  models: Models,
  query: PeopleQuery,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<FoundPage> {
  const stretches = stretchesOf(models, query);
  let [index, after] = placeOf(cursor);
  const found: Found[] = [];
  for (let looked = 0; index < stretches.length && looked < MOST_LOOKED_AT;) {
    const count = Math.max(limit, WINDOW);
    const rows = (await stretches[index]?.read(after, count)) ?? [];
    for (const row of rows) {
      looked += 1;
      after = row.id;
      if (row.found) found.push(row.found);
      if (found.length === limit) return { found, cursor: cursorOf(index, after) };
    }
    if (rows.length === count) continue;
    index += 1;
    after = '';
  }
  return { found, cursor: index < stretches.length ? cursorOf(index, after) : null };
}

function stretchesOf(models: Models, query: PeopleQuery): Stretch[] {
  const nodes = query.step === undefined ? query.nodes : query.nodes.filter((node) => stepOfNode(node) === query.step);
  const standing = (state: Enrollment['state']) => nodes.map((node) => standingAt(models, { ...query, state, node }));
  const mailed = (states: Delivery['state'][], since: (delivery: Delivery) => Date | null) =>
    states.map((state) => deliveredTo(models, { ...query, state, since }));
  switch (query.figure) {
    case 'waiting':
      return standing('active');
    case 'completed':
    case 'exited':
    case 'failed':
      return standing(query.figure);
    case 'entered':
    case 'passed':
      return [walked(models, query)];
    case 'sent':
    case 'unknown':
    case 'deferred':
      return mailed([query.figure], ({ sentAt, updatedAt }) => sentAt ?? updatedAt);
    case 'skipped':
      return mailed(['skipped', 'suppressed'], ({ reason, state, updatedAt }) =>
        query.outcome === undefined || (reason ?? state) === query.outcome ? updatedAt : null,
      );
    case 'opened':
      return mailed(['sent', 'unknown'], ({ openedAt }) => openedAt);
    case 'clicked':
      return mailed(['sent', 'unknown'], ({ clickedAt }) => clickedAt);
    case 'unsubscribed':
      return mailed(['sent', 'unknown'], ({ unsubscribedAt }) => unsubscribedAt);
    case 'bounced':
      return mailed(['sent', 'unknown', 'failed'], ({ bouncedAt }) => bouncedAt);
    case 'complained':
      return mailed(['sent', 'unknown', 'failed'], ({ complainedAt }) => complainedAt);
    case 'converted':
      return mailed(['sent', 'unknown'], ({ ask }) => ask?.answeredAt ?? null);
  }
}

/** Runs that are at one node in one state now. */
function standingAt(
  { enrollments }: Models,
  { journey, state, node }: { journey: string; state: Enrollment['state']; node: string },
): Stretch {
  return {
    read: async (after, count) => {
      const rows = await enrollments
        .find({ journey, state, node, _id: { $gt: after } }, { path: 0 })
        .sort({ _id: 1 })
        .limit(count)
        .lean<Omit<Enrollment, 'path'>[]>();
      return rows.map((row) => ({
        id: row._id,
        found: { enrollment: row._id, since: row.endedAt ?? row.since, reason: reasonOf(row) },
      }));
    },
  };
}

/** Runs by the way they took: through a step, or through one of its ways out. Ids begin with the journey. */
function walked({ enrollments }: Models, { journey, figure, step, outcome }: PeopleQuery): Stretch {
  return {
    read: async (after, count) => {
      const rows = await enrollments
        .find({ _id: { $gt: after === '' ? `${journey}:` : after, $lt: `${journey};` } })
        .sort({ _id: 1 })
        .limit(count)
        .lean<Enrollment[]>();
      return rows.map((row) => ({ id: row._id, found: walkedBy(row, { figure, step, outcome }) }));
    },
  };
}

function walkedBy(
  row: Enrollment,
  { figure, step, outcome }: { figure: Figure; step: string | undefined; outcome: string | undefined },
): Found | null {
  const reason = reasonOf(row);
  if (step === undefined) return { enrollment: row._id, since: row.enteredAt, reason };
  const passed = row.path.find(({ node, edge }) => stepOfNode(node) === step && (!outcome || edge === outcome));
  if (figure === 'passed') {
    // Who ended here has passed an exit step; who is still at the step, or was taken out there, has not passed it.
    const gone = stepOfNode(row.node) !== step || row.state === 'completed';
    return passed && gone ? { enrollment: row._id, since: passed.at, reason } : null;
  }
  const since = passed?.at ?? (stepOfNode(row.node) === step ? row.since : null);
  return since && { enrollment: row._id, since, reason };
}

/** Runs whose delivery at a step is in one state, of those that `since` dates. */
function deliveredTo(
  { deliveries }: Models,
  query: PeopleQuery & { state: Delivery['state']; since: (delivery: Delivery) => Date | null },
): Stretch {
  const { journey, step, state } = query;
  return {
    read: async (after, count) => {
      const rows = await deliveries
        .find({ journey, ...(step === undefined ? {} : { step }), state, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(count)
        .lean<Delivery[]>();
      return rows.map((row) => {
        const since = query.since(row);
        const { enrollment } = row;
        return { id: row._id, found: since && enrollment ? { enrollment, since, reason: row.reason } : null };
      });
    },
  };
}

function reasonOf({ ending }: Pick<Enrollment, 'ending'>): string | null {
  if (ending?.kind === 'exited') return ending.reason;
  return ending?.kind === 'failed' ? ending.code : null;
}

function cursorOf(index: number, after: string): string {
  return Buffer.from(`${index} ${after}`).toString('base64url');
}

/** Where a cursor points; one that was made up points to the beginning. */
function placeOf(cursor: string | null): [number, string] {
  const [, index = '0', after = ''] = /^(\d+) (.*)$/s.exec(Buffer.from(cursor ?? '', 'base64url').toString()) ?? [];
  return [Number(index), after];
}
