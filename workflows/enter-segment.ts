import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { enterPage } from './activities.ts';

/** Reads a publication's audience page by page; how far it is stands in the database. */
export async function enterSegment(plan: string): Promise<void> {
  while (!(await enterPage(plan)).done) {
    if (workflowInfo().historyLength > 4_000) return continueAsNew<typeof enterSegment>(plan);
  }
}
