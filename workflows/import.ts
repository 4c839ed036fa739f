import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { importPage } from './activities.ts';

/** Imports a file stretch by stretch; how far it is stands in the database. */
export async function importFile(job: string): Promise<void> {
  while (!(await importPage(job)).done) {
    if (workflowInfo().historyLength > 4_000) return continueAsNew<typeof importFile>(job);
  }
}
