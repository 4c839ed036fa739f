import type { Config } from '../config.ts';

/** Task queues: bulk work, single events, and who comes in by audiences and files never wait for each other. */
export function queuesOf({ TASK_QUEUE }: Pick<Config, 'TASK_QUEUE'>) {
  return { bulk: `${TASK_QUEUE}-bulk`, live: `${TASK_QUEUE}-live`, intake: `${TASK_QUEUE}-intake` };
}
export type Queue = keyof ReturnType<typeof queuesOf>;
