import { type CsvRow, csvRows } from './csv-rows.ts';

const delimiters = [',', ';', '\t', '|'] as const;
const LOOKED_AT_ROWS = 50;

export type Header = { delimiter: string; columns: string[]; headerBytes: number; headerLines: number };

/** Finds the delimiter by which the first rows fall into most columns, and the names in the header. */
export async function readHeader(path: string): Promise<Header> {
  const readings = await Promise.all(
    delimiters.map(async (delimiter) => ({ delimiter, rows: await firstRows(path, delimiter, LOOKED_AT_ROWS) })),
  );
  const [best] = readings.toSorted((left, right) => columnsOf(right.rows) - columnsOf(left.rows));
  const header = best?.rows[0];
  if (!best || !header || !('cells' in header)) return { delimiter: ',', columns: [], headerBytes: 0, headerLines: 0 };
  const columns = uniqueNames(header.cells);
  return { delimiter: best.delimiter, columns, headerBytes: header.end, headerLines: header.nextLine - 1 };
}

/** The first `count` rows of a file, from an offset in bytes and the line that stands there. */
export async function firstRows(
  path: string,
  delimiter: string,
  count: number,
  from = { offset: 0, line: 1 },
): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const batch of csvRows(path, delimiter, from)) {
    rows.push(...batch);
    if (rows.length >= count) break;
  }
  return rows.slice(0, count);
}

/** The header's number of columns, less where other rows disagree with it. */
function columnsOf(rows: readonly CsvRow[]): number {
  const counts = rows.flatMap((row) => ('cells' in row ? [row.cells.length] : []));
  const header = counts[0] ?? 0;
  const agreeing = counts.filter((count) => count === header).length;
  return header <= 1 ? header : header * (agreeing / counts.length);
}

/** Every column gets a name of its own, so that each can be mapped. */
function uniqueNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim() === '' ? `column ${index + 1}` : cell.trim();
    let unique = name;
    for (let copy = 2; taken.has(unique); copy += 1) unique = `${name} (${copy})`;
    taken.add(unique);
    return unique;
  });
}
