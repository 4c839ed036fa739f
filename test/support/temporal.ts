import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { NativeConnection } from '@temporalio/worker';
import { nanoid } from 'nanoid';
import { inject } from 'vitest';

/** A namespace of one's own on the Temporal of this test run, so that no other test's workflows have the same ids. */
export interface TestTemporal {
  address: string;
  namespace: string;
  client: Client;
  /** For workers; close it after the worker has ended. */
  native: NativeConnection;
  close(): Promise<void>;
}

/** Opens a fresh namespace; it stays until the server ends with the test run. */
export async function openTemporal(): Promise<TestTemporal> {
  const address = inject('temporalAddress');
  const namespace = `test-${nanoid(10)}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  const client = new Client({ connection, namespace });
  await untilKnown(client);
  const native = await NativeConnection.connect({ address });
  return {
    address,
    namespace,
    client,
    native,
    async close() {
      await native.close();
      await connection.close();
    },
  };
}

/** The server's parts learn of a namespace one by one; a start is answered once all have. */
async function untilKnown(client: Client): Promise<void> {
  for (;;) {
    try {
      const probe = await client.workflow.start('probe', { taskQueue: 'probe', workflowId: 'probe' });
      await probe.terminate();
      return;
    } catch {
      await pause(100);
    }
  }
}
