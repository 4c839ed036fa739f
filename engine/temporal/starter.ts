import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { Group } from '#shared/activities.ts';
import { DAY_MS, SECOND_MS } from '#shared/duration.ts';
import type { Config } from '../config.ts';
import { type Queue, queuesOf } from './queues.ts';

/** Starts workflows; a start that is repeated joins the run under way. */
export interface Starter {
  group(group: Group, options: { queue: Queue; delayMs?: number }): Promise<void>;
  entry(plan: string): Promise<void>;
  import(job: string): Promise<void>;
}

/** No timer of Temporal's is set for longer; the sweeper starts what is due after that. */
const LONGEST_DELAY_MS = 365 * DAY_MS;
/** A group that this process has started to begin later than this meets everyone written by now. */
const SURE_MS = SECOND_MS;
const MOST_AHEAD = 10_000;

/**
 * Starts workflows of this workspace; one that runs already is left to run. All run on the queue of single events, their
 * activities on the queue they are given.
 */
export function createStarter(client: Client, config: Config): Starter {
  const queues = queuesOf(config);
  /** When the groups begin that were started from here: every batch that comes to the same wait asks for its group. */
  const beginsAt = new Map<string, number>();
  const start = async (workflow: string, id: string, argument: unknown, queue: Queue, delayMs = 0): Promise<void> => {
    await client.workflow.start(workflow, {
      workflowId: id,
      taskQueue: queues.live,
      args: [argument, queues[queue]],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      ...(delayMs > 0 && { startDelay: delayMs }),
    });
  };
  return {
    group: async (group, { queue, delayMs = 0 }) => {
      const now = Date.now();
      const isAhead = delayMs > SURE_MS;
      if (delayMs > LONGEST_DELAY_MS || (isAhead && (beginsAt.get(group.key) ?? 0) > now + SURE_MS)) return;
      await start('carryGroup', `group/${group.key}`, group, queue, delayMs);
      if (!isAhead) return;
      if (beginsAt.size >= MOST_AHEAD) beginsAt.clear();
      beginsAt.set(group.key, now + delayMs);
    },
    entry: (plan) => start('enterSegment', `entry/${plan}`, plan, 'intake'),
    import: (job) => start('importFile', `import/${job}`, job, 'intake'),
  };
}
