import { Worker } from '@temporalio/worker';
import { bundleApart } from '#engine/temporal/bundle.ts';
import type { CrashHouse } from './crash-house.ts';

/** Replays the histories Temporal has of these runs, newest first; answers which do not replay, and how many were tried. */
export async function replay(
  { client }: CrashHouse['engine'],
  most: number,
): Promise<{ replayed: number; broken: string[] }> {
  const broken: string[] = [];
  let replayed = 0;
  const histories = takeFirst(client.workflow.list().intoHistories(), most);
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: await bundleApart() },
    histories,
  )) {
    replayed += 1;
    if (error) broken.push(`${workflowId} does not replay: ${error.message}`);
  }
  return { replayed, broken };
}

async function* takeFirst<T>(all: AsyncIterable<T>, most: number): AsyncIterable<T> {
  let taken = 0;
  for await (const one of all) {
    if (taken === most) return;
    taken += 1;
    yield one;
  }
}
