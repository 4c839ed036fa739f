import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config.ts';

/**
 * Connects to Temporal.
 * @throws Error that names TEMPORAL_ADDRESS when it cannot be reached.
 */
export async function connectTemporal(config: Config): Promise<Client> {
  const address = config.TEMPORAL_ADDRESS ?? `127.0.0.1:${config.TEMPORAL_PORT}`;
  try {
    const connection = await Connection.connect({ address, connectTimeout: '10s' });
    return new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  } catch (cause) {
    throw new Error(`Temporal cannot be reached at ${address}; check TEMPORAL_ADDRESS and that the server runs.`, {
      cause,
    });
  }
}
