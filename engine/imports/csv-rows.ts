import { type FileHandle, open } from 'node:fs/promises';
import { CsvError, type InfoRecord, parse, type Parser } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';

/** A row as read: its cells, or why it cannot be one and how its line begins. `line` is where it begins; `end` and `nextLine` where the next does. */
export type CsvRow = { line: number; end: number; nextLine: number } & (
  { cells: string[] } | { problem: string; text: string }
);

/** Where to read from: an offset in bytes at the beginning of a row, and that row's line number. */
export type CsvPlace = { offset: number; line: number };

const CHUNK_BYTES = 64 * 1024;
/** A row larger than this is taken for one whose quote is never closed. */
const LONGEST_ROW_BYTES = 8 * 1024 * 1024;
const SHOWN_BYTES = 4_096;

const NEWLINE = 0x0a;
/** Rows with too many or too few cells are told by whoever maps them. */
const grammar = { record_delimiter: '\n', relax_column_count: true, skip_empty_lines: true, rtrim: true };

/**
 * Reads the rows of a UTF-8 file with `\n` line ends, in batches as they come from the disk; memory stays flat.
 * Empty lines are passed over. A quote that is never closed costs only its own line: reading begins anew after it.
 */
export async function* csvRows(path: string, delimiter: string, from: CsvPlace): AsyncGenerator<CsvRow[]> {
  const file = await open(path);
  try {
    let broken = yield* plainRows(file, delimiter, from);
    while (broken) {
      const row = await looseRow(file, delimiter, broken);
      yield [row];
      broken = yield* plainRows(file, delimiter, { offset: row.end, line: row.nextLine });
    }
  } finally {
    await file.close();
  }
}

/** The rows from a place on; answers where one begins whose quotes do not match, or null at the end of the file. */
async function* plainRows(
  file: FileHandle,
  delimiter: string,
  from: CsvPlace,
): AsyncGenerator<CsvRow[], CsvPlace | null> {
  let rows: CsvRow[] = [];
  let place = from;
  let emptyLines = 0;
  /** Where the next row begins, behind the empty lines before it, a byte each. */
  const begins = (emptyLinesNow: number): CsvPlace => {
    const passed = emptyLinesNow - emptyLines;
    return { offset: place.offset + passed, line: place.line + passed };
  };
  const keep = (cells: string[], info: InfoRecord): null => {
    const { line } = begins(info.empty_lines);
    emptyLines = info.empty_lines;
    place = { offset: from.offset + info.bytes, line: from.line + info.lines };
    rows.push({ line, end: place.offset, nextLine: place.line, cells });
    return null;
  };
  // Rows are taken as they are made out, because a stream drops those it still holds when a later one is broken.
  const parser = parse({ ...grammar, delimiter, max_record_size: LONGEST_ROW_BYTES, on_record: keep });
  for (let { offset } = from; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    const isBroken = await feed(parser, buffer.subarray(0, bytesRead));
    if (rows.length > 0) yield rows;
    rows = [];
    if (isBroken) return begins(parser.info.empty_lines);
    if (bytesRead === 0) return null;
    offset += bytesRead;
  }
}

/** Gives the parser its next bytes, none at the end of the file; answers whether it met quotes that do not match. */
function feed(parser: Parser, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      if (error && !(error instanceof CsvError)) reject(error);
      else resolve(Boolean(error));
    };
    parser.removeAllListeners('error').on('error', settle);
    if (bytes.length > 0) parser.write(bytes, settle);
    else parser.resume().end(settle);
  });
}

/** A row by its first line alone, where quotes within a cell are text; it has a problem when one is left open. */
async function looseRow(file: FileHandle, delimiter: string, { offset, line }: CsvPlace): Promise<CsvRow> {
  const end = await lineEnd(file, offset);
  const place = { line, end, nextLine: line + 1 };
  const isTooLarge = end - offset > LONGEST_ROW_BYTES;
  const length = isTooLarge ? SHOWN_BYTES : end - offset;
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  const text = buffer.toString('utf8', 0, SHOWN_BYTES).trimEnd();
  if (isTooLarge) return { ...place, problem: 'The row is larger than 8 MB.', text };
  try {
    const [cells = []] = parseWhole(buffer, { ...grammar, delimiter, relax_quotes: true });
    return { ...place, cells };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { ...place, problem: 'A quote is opened and never closed.', text };
  }
}

/** Where the line after this one begins. */
async function lineEnd(file: FileHandle, from: number): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let offset = from; ;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
    const found = chunk.subarray(0, bytesRead).indexOf(NEWLINE);
    if (found !== -1) return offset + found + 1;
    if (bytesRead === 0) return offset;
    offset += bytesRead;
  }
}
