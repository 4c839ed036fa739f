import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CsvPlace, type CsvRow, csvRows } from '#engine/imports/csv-rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pasture-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string, from: CsvPlace = { offset: 0, line: 1 }): Promise<CsvRow[]> {
  const path = join(folder, 'file.csv');
  await writeFile(path, text);
  const rows: CsvRow[] = [];
  for await (const batch of csvRows(path, ',', from)) rows.push(...batch);
  return rows;
}

const told = (rows: CsvRow[]) => rows.map((row) => [row.line, 'cells' in row ? row.cells : row.problem]);
const OPEN = 'A quote is opened and never closed.';

test('reading goes on from the end of any row as if it had never stopped', async () => {
  const text = `${'a,"two\nlines"\n\n\n北京,5" disk\nx,"open\n"q ""in""",\n'.repeat(8)}${'z'.repeat(150_000)},"last"`;
  const rows = await read(text);
  expect(rows).toHaveLength(33);
  for (const [index, { end, nextLine }] of rows.entries()) {
    expect(await read(text, { offset: end, line: nextLine })).toEqual(rows.slice(index + 1));
  }
});

test('a quote that is never closed costs its own line, whatever quotes come later', async () => {
  expect(told(await read('a,"open\nb,"fine, really"\n\nc,"open again'))).toEqual([
    [1, OPEN],
    [2, ['b', 'fine, really']],
    [4, OPEN],
  ]);
});

test('quotes within a cell are text, and spaces behind a closing quote are nothing', async () => {
  expect(told(await read('5" disk,"a" \n"The ""Best""",x"y"z\n'))).toEqual([
    [1, ['5" disk', 'a']],
    [2, ['The "Best"', 'x"y"z']],
  ]);
});

test('an open quote with megabytes of rows after it costs its own line, and a line of megabytes only itself', async () => {
  const plain = `${'p'.repeat(99)},x\n`.repeat(90_000);
  const rows = await read(`a,"open\n${plain}${'z'.repeat(9 * 1024 * 1024)},y\nb,c\n`);
  expect(rows).toHaveLength(90_003);
  expect(told([...rows.slice(0, 1), ...rows.slice(-2)])).toEqual([
    [1, OPEN],
    [90_002, 'The row is larger than 8 MB.'],
    [90_003, ['b', 'c']],
  ]);
});
