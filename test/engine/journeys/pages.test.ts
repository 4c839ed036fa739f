import { expect, test } from 'vitest';
import { pagesOf } from '#engine/journeys/pages.ts';

const people = (node: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ _id: `${node}-${index}`, node }));
const sizesOf = (...rows: ReturnType<typeof people>[]) =>
  pagesOf(rows.flat(), { most: 500 }).map(({ ids }) => ids.length);

test('a page is of one size with the others of its node, and none is larger than asked for', () => {
  expect(sizesOf(people('a', 500))).toEqual([500]);
  expect(sizesOf(people('a', 501))).toEqual([251, 250]);
  expect(sizesOf(people('a', 1_100), people('b', 3))).toEqual([367, 367, 366, 3]);
  expect(sizesOf()).toEqual([]);
});

test('paired pages come two by two, unless that makes them small', () => {
  const pairedOf = (count: number) =>
    pagesOf(people('a', count), { most: 500, paired: true }).map(({ ids }) => ids.length);
  expect(pairedOf(199)).toEqual([199]);
  expect(pairedOf(200)).toEqual([100, 100]);
  expect(pairedOf(600)).toEqual([300, 300]);
  expect(pairedOf(1_200)).toEqual([300, 300, 300, 300]);
  expect(pairedOf(2_000)).toEqual([500, 500, 500, 500]);
});

test('everybody is in one page, at the node where they stand', () => {
  const rows = [...people('a', 700), ...people('b', 2)];
  const pages = pagesOf(rows, { most: 500, paired: true });
  expect(pages.flatMap(({ node, ids }) => ids.map((_id) => ({ _id, node })))).toEqual(rows);
});
