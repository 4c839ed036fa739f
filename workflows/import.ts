import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { activitiesOn } from './activities.ts';

/** Imports a file stretch by stretch; how far it is stands in the database. */
export async function importFile(job: string, taskQueue: string): Promise<void> {
  const { importPage } = activitiesOn(taskQueue);
  while (!(await importPage(job)).done) {
    if (workflowInfo().historyLength > 4_000) return continueAsNew<typeof importFile>(job, taskQueue);
  }
}
