import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { EmptySteps } from './one-each.workflow.ts';

const QUEUE = 'one-each';
/** So short that nearly all of the time is active: with a longer one some would wait while others are worked for. */
const WAIT_MS = 100;
const WAITS = 2;

/**
 * How many contacts a second go through the journey with one workflow for each and nothing done on the way, waits taken
 * off, on the Temporal that the product uses.
 */
export async function oneWorkflowEach(client: Client, address: string, contacts: number): Promise<number> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };
  const workflowsPath = fileURLToPath(new URL('one-each.workflow.ts', import.meta.url));
  const [connection, workflowBundle] = await Promise.all([
    NativeConnection.connect({ address }),
    bundleWorkflowCode({ workflowsPath, logger: quiet }),
  ]);
  const nothing = async () => {};
  const activities: EmptySteps = { enter: nothing, mail: nothing, branch: nothing, coupon: nothing, goal: nothing };
  const worker = await Worker.create({ connection, workflowBundle, activities: { ...activities }, taskQueue: QUEUE });
  const seconds = await worker.runUntil(async () => {
    await Promise.all(Array.from({ length: 10 }, (_, index) => walk(client, `warm-${index}`)));
    const begin = performance.now();
    await Promise.all(Array.from({ length: contacts }, (_, index) => walk(client, `one-${index}`)));
    return (performance.now() - begin - WAITS * WAIT_MS) / 1_000;
  });
  await connection.close();
  return contacts / seconds;
}

async function walk(client: Client, workflowId: string): Promise<void> {
  await client.workflow.execute('oneContact', { workflowId, taskQueue: QUEUE, args: [WAIT_MS] });
}
