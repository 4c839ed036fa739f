import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { GroupKey, Page } from '#shared/activities.ts';
import { activitiesOn } from './activities.ts';

/** History events after which a long group goes on as a new run. */
const MAX_EVENTS = 4_000;
const MAX_BYTES = 8_000_000;

/** Carries the people of one group on, until everyone has come to a wait or to an end. An immediate group brings its first page along. */
export async function runGroup(group: GroupKey & { first?: Page[]; began?: string }, taskQueue: string): Promise<void> {
  const { gather, walkPage } = activitiesOn(taskQueue);
  const { plan, key } = group;
  // Before anything is waited for: how long the house takes for a large group makes nobody in it late.
  const began = group.began ?? new Date().toISOString();
  let pages = group.first ?? [];
  let mark = '';
  do {
    const at = new Date().toISOString();
    await Promise.all(pages.map(({ node, ids }) => walkPage({ plan, key, node, ids, at, began })));
    const { historyLength, historySize } = workflowInfo();
    if (historyLength > MAX_EVENTS || historySize > MAX_BYTES)
      return continueAsNew<typeof runGroup>({ plan, key, began }, taskQueue);
    ({ pages, mark } = await gather({ plan, key, last: mark }));
  } while (pages.length > 0);
}
