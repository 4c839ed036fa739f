import { createRequire } from 'node:module';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Activities } from '#shared/activities.ts';
import type { Config } from '../config.ts';
import { queuesOf } from './queues.ts';

/** Bulk pages are at most two in flight a worker, so that single events are never held up by them. */
const BULK_AT_ONCE = 2;
const LIVE_AT_ONCE = 20;
/** Groups that ask at once who comes next: thousands of ids each. */
const GATHERS_AT_ONCE = 8;
/** Pages of audiences and files, beside those: nobody waits outside until others are mailed. */
const INTAKE_AT_ONCE = 2;

/** One process's workers. Only that of single events runs workflows, which each worker that does pays for in memory. */
export async function createWorkers(
  config: Config,
  connection: NativeConnection,
  activities: Activities,
  workflowBundle: Pick<WorkflowBundleWithSourceMap, 'code'>,
): Promise<Worker[]> {
  const queues = queuesOf(config);
  const common = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    activities: { ...activities },
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '5s',
  } as const;
  return Promise.all([
    Worker.create({
      ...common,
      workflowBundle,
      stickyQueueScheduleToStartTimeout: '1s',
      taskQueue: queues.live,
      maxConcurrentActivityTaskExecutions: LIVE_AT_ONCE,
      maxConcurrentLocalActivityExecutions: GATHERS_AT_ONCE,
    }),
    Worker.create({ ...common, taskQueue: queues.bulk, maxConcurrentActivityTaskExecutions: BULK_AT_ONCE }),
    Worker.create({ ...common, taskQueue: queues.intake, maxConcurrentActivityTaskExecutions: INTAKE_AT_ONCE }),
  ]);
}

/** The workflows as one bundle, which every worker of a process shares. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = createRequire(import.meta.url).resolve('../../workflows/index.ts');
  return bundleWorkflowCode({
    workflowsPath,
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
}

/**
 * The connection workers poll by.
 * @throws Error that names TEMPORAL_ADDRESS when it cannot be reached.
 */
export async function connectNative(config: Config): Promise<NativeConnection> {
  const address = config.TEMPORAL_ADDRESS ?? `127.0.0.1:${config.TEMPORAL_PORT}`;
  try {
    return await NativeConnection.connect({ address });
  } catch (cause) {
    throw new Error(`Temporal cannot be reached at ${address}; check TEMPORAL_ADDRESS and that the server runs.`, {
      cause,
    });
  }
}
