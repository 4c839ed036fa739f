import { open } from 'node:fs/promises';

/** A row as read: its cells, or why it cannot be one. `line` is where it begins; `end` and `nextLine` where the next does. */
export type CsvRow = { line: number; end: number; nextLine: number } & ({ cells: string[] } | { problem: string });

/** Where to read from: an offset in bytes at the beginning of a row, and that row's line number. */
export type CsvPlace = { offset: number; line: number };

const CHUNK_BYTES = 64 * 1024;
/** A row larger than this is taken for one whose quote is never closed. */
const LONGEST_ROW_BYTES = 8 * 1024 * 1024;

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/**
 * Reads the rows of a UTF-8 file with `\n` line ends, in batches as they come from the disk; memory stays flat.
 * Empty lines are passed over. A quote that is never closed costs only its own line.
 */
export async function* csvRows(path: string, delimiter: string, from: CsvPlace): AsyncGenerator<CsvRow[]> {
  const file = await open(path);
  try {
    let held = Buffer.alloc(0);
    let { offset, line } = from;
    for (let isLast = false; !isLast;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset + held.length);
      isLast = bytesRead === 0;
      held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
      const { rows, used, lines } = rowsIn(held, { delimiter: delimiter.charCodeAt(0), isLast, offset, line });
      held = held.subarray(used);
      offset += used;
      line += lines;
      if (rows.length > 0) yield rows;
    }
  } finally {
    await file.close();
  }
}

type Reading = { delimiter: number; isLast: boolean; offset: number; line: number };

/** The rows that are complete within the bytes at hand. */
function rowsIn(bytes: Buffer, { delimiter, isLast, offset, line }: Reading) {
  const rows: CsvRow[] = [];
  let at = 0;
  let lines = 0;
  while (at < bytes.length) {
    const row = rowAt(bytes, at, delimiter, isLast);
    if (row === null && !isLast && bytes.length - at < LONGEST_ROW_BYTES) break;
    const lineEnd = bytes.indexOf(NEWLINE, at);
    // Where no row can be made out, the line is given up and the next one tried.
    const next = row ? row.next : lineEnd === -1 ? bytes.length : lineEnd + 1;
    const begins = line + lines;
    lines += row ? row.lines : 1;
    const place = { line: begins, end: offset + next, nextLine: line + lines };
    if (!row) rows.push({ ...place, problem: 'A quote is opened and never closed.' });
    else if (row.cells.length > 1 || row.cells[0] !== '') rows.push({ ...place, cells: row.cells });
    at = next;
  }
  return { rows, used: at, lines };
}

/** One row from its first byte on; null when it does not end within these bytes. */
function rowAt(bytes: Buffer, start: number, delimiter: number, isLast: boolean) {
  const cells: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    let text = '';
    if (bytes[at] === QUOTE) {
      const quoted = quotedAt(bytes, at + 1);
      if (!quoted) return null;
      text = quoted.text;
      lines += quoted.lines;
      at = quoted.next;
    }
    let end = at;
    while (end < bytes.length && bytes[end] !== delimiter && bytes[end] !== NEWLINE) end += 1;
    if (end === bytes.length && !isLast) return null;
    // What follows a closing quote belongs to the cell: some programs quote only part of it.
    cells.push(end > at ? text + bytes.toString('utf8', at, end) : text);
    if (end === bytes.length) return { cells, next: end, lines };
    at = end + 1;
    if (bytes[end] === NEWLINE) return { cells, next: at, lines };
  }
}

/** Text up to its closing quote; two quotes within are one. */
function quotedAt(bytes: Buffer, start: number) {
  const parts: string[] = [];
  let lines = 0;
  let from = start;
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === NEWLINE) lines += 1;
    if (bytes[at] !== QUOTE) continue;
    parts.push(bytes.toString('utf8', from, at));
    if (bytes[at + 1] !== QUOTE) return { text: parts.join('"'), lines, next: at + 1 };
    at += 1;
    from = at + 1;
  }
  return null;
}
