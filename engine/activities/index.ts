import { Context } from '@temporalio/activity';
import type { Activities } from '#shared/activities.ts';
import { withHeapGivenBack, withRoomyHeap } from '../heap.ts';
import type { WalkDeps } from './batch.ts';
import { shortHash } from '../journeys/run-key.ts';
import { type EntryDeps, enterPage } from './enter-page.ts';
import { gather } from './gather.ts';
import { walkPage } from './walk-page.ts';

/** How often a running activity says that it lives; taken for dead after five seconds of silence. */
const HEARTBEAT_MS = 1_000;

export type ActivityDeps = {
  walk: WalkDeps;
  entry: Omit<EntryDeps, 'base'>;
  importPage: (job: string, heartbeat: () => void) => Promise<{ done: boolean }>;
};

/** What workflows may ask of the engine. */
export function createActivities({ walk, entry, importPage }: ActivityDeps): Activities {
  return {
    gather: (group) => alive(() => gather(walk, group)),
    walkPage: (batch) => alive((heartbeat) => withRoomyHeap(() => walkPage(walk, batch, { ...identity(), heartbeat }))),
    enterPage: (plan) => alive(() => withHeapGivenBack(() => enterPage({ base: walk.base, ...entry }, plan))),
    importPage: (job) => alive((heartbeat) => withHeapGivenBack(() => importPage(job, heartbeat))),
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

async function alive<Answer>(work: (heartbeat: () => void) => Promise<Answer>): Promise<Answer> {
  const context = Context.current();
  // The workflow's own task says for it that it lives.
  if (context.info.isLocal) return work(() => undefined);
  const beat = (): void => context.heartbeat();
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    return await work(beat);
  } finally {
    clearInterval(timer);
  }
}
