import type { Response } from 'express';
import type { ImportBody } from '#shared/api/imports.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import type { Imports } from '../imports/imports.ts';
import { checkSize } from '../imports/uploads.ts';
import type { Models } from '../models/index.ts';
import type { ImportError, ImportJob, StoredUpload } from '../models/import.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

type Names = 'uploadFile' | 'dryRunImport' | 'startImport' | 'listImports' | 'getImport' | 'importErrors';
const SHOWN_ROWS = 5;
const SHOWN_ERRORS = 20;

/** What is brought in from files: uploads, dry runs, jobs. */
export function importHandlers({ base, imports }: { base: Base; imports: Imports }): Handlers<Names> {
  const { models } = base;
  const changes = createChanges(models);

  async function stored(id: string | undefined): Promise<ImportJob> {
    const job = await models.imports.findById(id).lean<ImportJob>();
    if (!job) throw notFound('import');
    return job;
  }

  const bodyOf = (job: ImportJob) => importBody(models, job);

  return {
    async uploadFile({ request, query }) {
      // Told before it is sent, because a connection cut half-way shows no answer.
      checkSize(Number(request.headers['content-length'] ?? 0));
      const upload = await imports.uploads.keep(request, query.fileName);
      const { _id, fileName, bytes, encoding, delimiter, columns } = upload;
      const sample = await imports.uploads.sample(upload, SHOWN_ROWS);
      return { id: _id, fileName, bytes, encoding, delimiter, columns, sample };
    },
    dryRunImport: ({ body }) => imports.dryRun(body),
    async startImport({ body, actor }) {
      const job = await imports.start(body, actorName(actor));
      await changes.note(actor, 'started', `import:${job._id}`);
      return bodyOf(job);
    },
    async listImports({ query: { limit, cursor } }) {
      const skip = Number(cursor ?? 0) || 0;
      const jobs = await models.imports.find().sort({ startedAt: -1 }).skip(skip).limit(limit).lean<ImportJob[]>();
      const total = await models.imports.estimatedDocumentCount();
      const next = skip + jobs.length < total && jobs.length === limit ? String(skip + jobs.length) : null;
      return { rows: await Promise.all(jobs.map(bodyOf)), cursor: next, total };
    },
    getImport: async ({ params }) => bodyOf(await stored(params['id'])),
    async importErrors({ params, response }) {
      const { _id } = await stored(params['id']);
      const rows = models.importErrors.find({ import: _id }).sort({ import: 1, line: 1 }).lean<ImportError>().cursor();
      response.attachment('errors.csv').type('text/csv; charset=utf-8');
      // The mark lets spreadsheets read it as UTF-8.
      await send(response, '\ufeffline,reason,row\r\n');
      for await (const { line, reason, row } of rows) await send(response, `${line},${cell(reason)},${cell(row)}\r\n`);
      response.end();
    },
  };
}

/** A job with its progress and its first errors. */
async function importBody(models: Models, job: ImportJob): Promise<ImportBody> {
  const upload = await models.uploads.findById(job.upload).lean<StoredUpload>();
  const errors = await models.importErrors
    .find({ import: job._id })
    .sort({ import: 1, line: 1 })
    .limit(SHOWN_ERRORS)
    .lean<ImportError[]>();
  const { _id, fileName, mapping, state, source, rows, offset, created, updated, unchanged, bad, reason } = job;
  return {
    id: _id,
    fileName,
    kind: mapping.kind,
    state,
    source,
    rows,
    totalBytes: upload?.textBytes ?? offset,
    readBytes: offset,
    created,
    updated,
    unchanged,
    bad,
    errors: errors.map(({ line, reason: why }) => ({ line, reason: why })),
    reason,
    startedAt: job.startedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
  };
}

async function send(response: Response, text: string): Promise<void> {
  if (!response.write(text))
    await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
}

/** Quoted, and never taken for a formula by the spreadsheet that opens it. */
function cell(text: string): string {
  return `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
}
