import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '#shared/activities.ts';

const retry = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10 seconds' } as const;

/** What workflows may ask of the engine, by one of its queues. What fails there is the machinery's, and is tried again until it works. */
export function activitiesOn(taskQueue: string): Activities {
  return proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '5 seconds',
    retry,
  });
}

/**
 * The same of the process the workflow runs in, for what takes a moment: it costs Temporal no task of its own. What keeps
 * failing waits for its next try by a timer, and holds nothing meanwhile.
 */
export function activitiesHere(): Pick<Activities, 'gather'> {
  return proxyLocalActivities<Activities>({ startToCloseTimeout: '1 minute', localRetryThreshold: '2 seconds', retry });
}
