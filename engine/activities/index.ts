import { Context } from '@temporalio/activity';
import type { Activities } from '#shared/activities.ts';
import { withHeapGivenBack, withRoomyHeap } from '../heap.ts';
import type { WalkDeps } from './batch.ts';
import { shortHash } from '../journeys/run-key.ts';
import { type EntryDeps, enterPage } from './enter-page.ts';
import { gather } from './gather.ts';
import { walkPage } from './walk-page.ts';

/** How often a running activity says that it lives; taken for dead after five seconds of silence. Most are done sooner. */
const HEARTBEAT_MS = 1_500;

export type ActivityDeps = {
  walk: WalkDeps;
  entry: Omit<EntryDeps, 'base'>;
  importPage: (job: string) => Promise<{ done: boolean }>;
};

/** What workflows may ask of the engine. */
export function createActivities({ walk, entry, importPage }: ActivityDeps): Activities {
  return {
    gather: (group) => alive(() => gather(walk, group)),
    walkPage: (batch) => alive(() => withRoomyHeap(() => walkPage(walk, batch, identity()))),
    enterPage: (plan) => alive(() => withHeapGivenBack(() => enterPage({ base: walk.base, ...entry }, plan))),
    importPage: (job) => alive(() => withHeapGivenBack(() => importPage(job))),
  };
}

/** Long enough that no two batches ever share it, and short, because each step of a person's path bears it. */
const ID_SIGNS = 16;

/** A batch's id is the same for every attempt; its token names the attempt. */
function identity(): { id: string; token: string } {
  const { workflowExecution, activityId, attempt } = Context.current().info;
  const id = shortHash(`${workflowExecution?.runId ?? ''}/${activityId}`, ID_SIGNS);
  return { id, token: `${id}#${attempt}` };
}

async function alive<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const context = Context.current();
  // The workflow's own task says for it that it lives.
  if (context.info.isLocal) return work();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
