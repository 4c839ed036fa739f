import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '#shared/activities.ts';

const options = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10 seconds' },
} as const;

/** What workflows may ask of the engine. What fails there is the machinery's, and is tried again until it works. */
export const { gather, walkPage } = proxyActivities<Activities>(options);

/** Taking in pages of an audience or a file, on a queue of its own. */
export function intake(taskQueue: string): Pick<Activities, 'enterPage' | 'importPage'> {
  return proxyActivities<Activities>({ ...options, taskQueue });
}
