import type { Page } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { inPages } from '../in-pages.ts';

/** So many are worth a page of their own. */
const WORTH_A_PAGE = 100;

/**
 * People in pages of at most so many, each of one node's. As few as hold them all and one as large as the other; `paired`:
 * always two by two, where there are enough people, so that neither of two workers is left alone with what the other
 * could help with.
 */
export function pagesOf(
  rows: readonly Pick<Enrollment, '_id' | 'node'>[],
  { most, paired = false }: { most: number; paired?: boolean },
): Page[] {
  return [...Map.groupBy(rows, ({ node }) => node)].flatMap(([node, people]) => {
    const fewest = Math.ceil(people.length / most);
    const oneMore = paired && fewest % 2 === 1 && people.length >= (fewest + 1) * WORTH_A_PAGE;
    const size = Math.ceil(people.length / (oneMore ? fewest + 1 : fewest));
    return [...inPages(people, size)].map((page) => ({ node, ids: page.map(({ _id }) => _id) }));
  });
}
