import type { Config } from '../config.ts';

/** Task queues: bulk work and single events never wait for each other. */
export function queuesOf({ TASK_QUEUE }: Pick<Config, 'TASK_QUEUE'>) {
  return { bulk: `${TASK_QUEUE}-bulk`, live: `${TASK_QUEUE}-live` };
}
export type Queue = keyof ReturnType<typeof queuesOf>;
