import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { Activities, Group } from '#shared/activities.ts';
import { activitiesHere, activitiesOn } from './activities.ts';

/** History events after which a long group goes on as a new run. */
const MAX_EVENTS = 4_000;
const MAX_BYTES = 8_000_000;

/** A long group tells its next run when it began. */
type Carried = Group & { began?: string };

/** Carries the people of one group on, until everyone has come to a wait or to an end. */
export function carryGroup(group: Carried, taskQueue: string): Promise<void> {
  return carry(group, activitiesOn(taskQueue), activitiesHere(), (rest) =>
    continueAsNew<typeof carryGroup>(rest, taskQueue),
  );
}

/** The same for groups that began under an earlier build: they ask who comes next by a task of its own. */
export function runGroup(group: Carried, taskQueue: string): Promise<void> {
  const activities = activitiesOn(taskQueue);
  return carry(group, activities, activities, (rest) => continueAsNew<typeof runGroup>(rest, taskQueue));
}

async function carry(
  group: Carried,
  { walkPage }: Pick<Activities, 'walkPage'>,
  { gather }: Pick<Activities, 'gather'>,
  goOn: (rest: Carried) => Promise<never>,
): Promise<void> {
  const { plan, key, due } = group;
  // Before anything is waited for: how long the house takes for a large group makes nobody in it late.
  const began = group.began ?? instantOf(due);
  let pages = group.first ?? [];
  let mark = '';
  do {
    const batch = { plan, key, at: instantOf(due), ...(due !== undefined && { due }), began };
    await Promise.all(pages.map(({ node, ids }) => walkPage({ ...batch, node, ids })));
    const { historyLength, historySize } = workflowInfo();
    if (historyLength > MAX_EVENTS || historySize > MAX_BYTES) return goOn({ plan, key, began });
    ({ pages, mark } = await gather({ plan, key, last: mark }));
  } while (pages.length > 0);
}

/** More than a group can have been begun early: then somebody's clock is wrong, and whoever is too early waits on. */
const SOON_MS = 1_000;

/** Now, or the group's due where that is about to come. */
function instantOf(due: string | undefined): string {
  const now = new Date();
  if (due === undefined) return now.toISOString();
  const leftMs = Date.parse(due) - now.getTime();
  return leftMs > 0 && leftMs < SOON_MS ? due : now.toISOString();
}
