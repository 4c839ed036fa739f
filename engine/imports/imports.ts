import { nanoid } from 'nanoid';
import type { z } from 'zod';
import type { DryRun, importRoutes } from '#shared/api/imports.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Base } from '../base.ts';
import type { ImportJob } from '../models/import.ts';
import { dryRun } from './dry-run.ts';
import { type ImportDeps, importPage } from './import-page.ts';
import { MappingProblem, rowMapper } from './map-row.ts';
import { createUploads, type Uploads } from './uploads.ts';

export type ImportOrder = z.output<typeof importRoutes.startImport.body>;

/** Files of people and of what they did, brought in by a workflow that a kill cannot lose. */
export interface Imports {
  uploads: Uploads;
  dryRun(order: ImportOrder): Promise<DryRun>;
  /** Notes the job, then starts its workflow; one that was not started is found by the sweeper. */
  start(order: ImportOrder, actor: string): Promise<ImportJob>;
  /** The activity: one stretch of a job. */
  importPage(job: string): Promise<{ done: boolean }>;
}

/** Imports over the stored jobs; `startImport` starts a job's workflow. */
export function createImports(
  base: Base,
  deps: Pick<ImportDeps, 'contacts' | 'names' | 'members'> & { startImport(job: string): Promise<void> },
): Imports {
  const { models } = base;
  const uploads = createUploads(base);
  return {
    uploads,
    async dryRun(order) {
      const upload = await uploads.get(order.upload);
      return checked(() => dryRun({ models, pathOf: uploads.pathOf }, upload, order));
    },
    async start({ upload: uploadId, mapping, consent, source }, actor) {
      const upload = await uploads.get(uploadId);
      await checked(async () => rowMapper(mapping, consent, upload.columns));
      const job: ImportJob = {
        _id: nanoid(12),
        upload: upload._id,
        fileName: upload.fileName,
        mapping,
        consent,
        source,
        clock: REAL_CLOCK,
        sample: false,
        state: 'running',
        line: upload.headerLines + 1,
        offset: upload.headerBytes,
        rows: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        bad: 0,
        reason: null,
        startedAt: new Date(),
        startedBy: actor,
        finishedAt: null,
      };
      await models.imports.create(job);
      await deps.startImport(job._id);
      return job;
    },
    importPage: (job) => importPage({ models, uploads, ...deps }, job),
  };
}

async function checked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error;
    throw new ApiProblem(400, 'The columns cannot be mapped like this.', [
      { path: error.path, message: error.message },
    ]);
  }
}
