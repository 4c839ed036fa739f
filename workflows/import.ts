import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { intake } from './activities.ts';

/** Imports a file stretch by stretch, by the intake's queue; how far it is stands in the database. */
export async function importFile(job: string, taskQueue: string): Promise<void> {
  const { importPage } = intake(taskQueue);
  while (!(await importPage(job)).done) {
    if (workflowInfo().historyLength > 4_000) return continueAsNew<typeof importFile>(job, taskQueue);
  }
}
