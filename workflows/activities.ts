import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '#shared/activities.ts';

/** What workflows may ask of the engine, by one of its queues. What fails there is the machinery's, and is tried again until it works. */
export function activitiesOn(taskQueue: string): Activities {
  return proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '5 seconds',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  });
}
