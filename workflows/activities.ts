import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '#shared/activities.ts';

/** What workflows may ask of the engine. What fails there is the machinery's, and is tried again until it works. */
export const { loadSkeleton, gather, walkNode, enterPage, importPage } = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});
