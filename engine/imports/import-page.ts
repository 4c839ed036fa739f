import { insertNew } from '../models/insert-new.ts';
import type { Base } from '../base.ts';
import type { ImportError, ImportJob, StoredUpload } from '../models/import.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { rowMapper } from './map-row.ts';
import type { Uploads } from './uploads.ts';
import { type PlacedRow, type RowWriting, writeRows } from './write-rows.ts';

export type ImportDeps = Pick<Base, 'models'> & RowWriting & { uploads: Pick<Uploads, 'pathOf'> };

/** Rows written at once, and how long one activity goes on before it lets others have their turn. */
const PAGE_ROWS = 500;
const STRETCH_MS = 10_000;
const SHOWN_ROW_SIGNS = 1_000;

/**
 * Imports the next stretch of a file, page by page; a page's cursor is saved after its writes, so that a kill repeats
 * at most one page, which then changes nothing. Answers whether everything is done.
 */
export async function importPage(deps: ImportDeps, jobId: string): Promise<{ done: boolean }> {
  const { models, uploads } = deps;
  const job = await models.imports.findById(jobId).lean<ImportJob>();
  if (!job || job.state !== 'running') return { done: true };
  const upload = await models.uploads.findById(job.upload).lean<StoredUpload>();
  if (!upload) return fail(deps, job, 'The uploaded file is gone; upload it again.');
  const mapper = rowMapper(job.mapping, job.consent, upload.columns);
  const began = Date.now();
  let place = { offset: job.offset, line: job.line };
  try {
    for await (const page of pagesOf(csvRows(uploads.pathOf(upload._id), upload.delimiter, place))) {
      const next = await writePage(deps, job, { page, mapper, place });
      if (!next) return { done: false };
      place = next;
      if (Date.now() - began > STRETCH_MS) return { done: false };
    }
  } catch (error) {
    if (isMissingFile(error)) return fail(deps, job, 'The uploaded file is gone; upload it again.');
    throw error;
  }
  const done = { state: 'done', finishedAt: new Date() } as const;
  await models.imports.updateOne({ _id: job._id, state: 'running', offset: place.offset }, { $set: done });
  return { done: true };
}

type Place = { offset: number; line: number };

/** Writes one page and then its cursor; null when somebody else has moved the cursor meanwhile. */
async function writePage(
  deps: ImportDeps,
  job: ImportJob,
  { page, mapper, place }: { page: CsvRow[]; mapper: ReturnType<typeof rowMapper>; place: Place },
): Promise<Place | null> {
  const good: PlacedRow[] = [];
  const bad: ImportError[] = [];
  for (const row of page) {
    const mapped = mapper(row);
    if (!('reason' in mapped)) good.push({ line: row.line, mapped });
    else {
      const shown = ('cells' in row ? row.cells.join(' | ') : row.text).slice(0, SHOWN_ROW_SIGNS);
      bad.push({ _id: `${job._id}:${row.line}`, import: job._id, line: row.line, reason: mapped.reason, row: shown });
    }
  }
  const written = await writeRows(deps, job, good);
  await insertNew(deps.models.importErrors, bad);
  const last = page.at(-1);
  if (!last) return place;
  const next = { offset: last.end, line: last.nextLine };
  const { modifiedCount } = await deps.models.imports.updateOne(
    { _id: job._id, state: 'running', offset: place.offset },
    { $set: next, $inc: { rows: page.length, bad: bad.length, ...written } },
  );
  return modifiedCount === 1 ? next : null;
}

/** Rows regrouped into pages of equal size. */
async function* pagesOf(batches: AsyncIterable<CsvRow[]>): AsyncGenerator<CsvRow[]> {
  let held: CsvRow[] = [];
  for await (const batch of batches) {
    held = held.concat(batch);
    while (held.length >= PAGE_ROWS) yield held.splice(0, PAGE_ROWS);
  }
  if (held.length > 0) yield held;
}

async function fail({ models }: ImportDeps, { _id }: ImportJob, reason: string): Promise<{ done: true }> {
  await models.imports.updateOne({ _id }, { $set: { state: 'failed', reason, finishedAt: new Date() } });
  return { done: true };
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
