import type { GroupKey, Page } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { pagesOf } from '../journeys/pages.ts';
import { readRows } from '../models/native.ts';
import type { WalkDeps } from './batch.ts';

const PAGE_SIZE = 500;
const PAGES = 4;

/**
 * The next pages of a group's people, by node. Whoever is walked leaves the group, so an empty answer means done.
 * So it is also, with an alarm, when the first of them stands just where it stood at the last look: the group cannot move.
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
  const [first] = active;
  const mark = first ? `${first._id}@${first.seq}` : '';
  if (first && mark === last) {
    base.log.error({ plan, key, enrollment: first._id }, 'A group cannot move; its people stay where they are.');
    return { pages: [], mark };
  }
  return { pages: pagesOf(active, PAGE_SIZE), mark };
}
