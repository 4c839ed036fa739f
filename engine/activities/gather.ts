import type { GroupKey, Page } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { pagesOf } from '../journeys/pages.ts';
import { readRows } from '../models/native.ts';
import type { WalkDeps } from './batch.ts';

const PAGE_SIZE = 500;
const PAGES = 4;

/**
 * The next pages of a group's people, by node. Whoever is walked leaves the group, so an empty answer means done.
 * Where the first at a node stands just as at the last look, with an alarm, its people are left out: they cannot move.
 */
export async function gather(
  { base, plans }: Pick<WalkDeps, 'base' | 'plans'>,
  { plan, key, last }: GroupKey & { last: string },
): Promise<{ pages: Page[]; mark: string }> {
  const found = await plans.find(plan);
  if (!found) return { pages: [], mark: '' };
  const state = await plans.stateOf(found.journey);
  if (state !== 'running') return { pages: [], mark: '' };
  const rows = await readRows<Enrollment, Pick<Enrollment, '_id' | 'node' | 'seq' | 'state'>>(
    base.models.enrollments,
    { group: key },
    { fields: { node: 1, seq: 1, state: 1 }, sort: { _id: 1 }, limit: PAGE_SIZE * PAGES },
  );
  const active = rows.filter((row) => row.state === 'active');
  const firsts = [...Map.groupBy(active, ({ node }) => node)].flatMap(([node, [first]]) =>
    first ? [{ node, mark: `${first._id}@${first.seq}` }] : [],
  );
  const before = marksIn(last);
  const stuck = new Set(firsts.flatMap(({ node, mark }) => (before.has(mark) ? [node] : [])));
  for (const node of stuck)
    base.log.error({ plan, key, node }, 'A group cannot move; its people at this node stay where they are.');
  const moving = active.filter(({ node }) => !stuck.has(node));
  return {
    pages: pagesOf(moving, { most: PAGE_SIZE, paired: true }),
    mark: JSON.stringify(firsts.map(({ mark }) => mark)),
  };
}

/** Earlier builds took down the first person alone. */
function marksIn(last: string): Set<string> {
  return new Set(last.startsWith('[') ? (JSON.parse(last) as string[]) : [last]);
}
