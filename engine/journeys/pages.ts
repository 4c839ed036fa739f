import type { Page } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { inPages } from '../in-pages.ts';

/**
 * People in pages of at most so many, each of one node's. As few as hold them all and one as large as the other: two
 * halves are carried side by side, where a rest would leave one alone.
 */
export function pagesOf(rows: readonly Pick<Enrollment, '_id' | 'node'>[], most: number): Page[] {
  return [...Map.groupBy(rows, ({ node }) => node)].flatMap(([node, people]) => {
    const size = Math.ceil(people.length / Math.ceil(people.length / most));
    return [...inPages(people, size)].map((page) => ({ node, ids: page.map(({ _id }) => _id) }));
  });
}
