import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { activitiesOn } from './activities.ts';

/** Reads a publication's audience page by page; how far it is stands in the database. */
export async function enterSegment(plan: string, taskQueue: string): Promise<void> {
  const { enterPage } = activitiesOn(taskQueue);
  while (!(await enterPage(plan)).done) {
    if (workflowInfo().historyLength > 4_000) return continueAsNew<typeof enterSegment>(plan, taskQueue);
  }
}
