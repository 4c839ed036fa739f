import { expect, test } from 'vitest';
import { pagesOf } from '#engine/journeys/pages.ts';

const people = (node: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ _id: `${node}-${index}`, node }));
const sizesOf = (...rows: ReturnType<typeof people>[]) => pagesOf(rows.flat(), 500).map(({ ids }) => ids.length);

test('a page is of one size with the others of its node, and none is larger than asked for', () => {
  expect(sizesOf(people('a', 500))).toEqual([500]);
  expect(sizesOf(people('a', 501))).toEqual([251, 250]);
  expect(sizesOf(people('a', 1_100), people('b', 3))).toEqual([367, 367, 366, 3]);
  expect(sizesOf()).toEqual([]);
});

test('everybody is in one page, at the node where they stand', () => {
  const rows = [...people('a', 700), ...people('b', 2)];
  const pages = pagesOf(rows, 500);
  expect(pages.flatMap(({ node, ids }) => ids.map((_id) => ({ _id, node })))).toEqual(rows);
});
