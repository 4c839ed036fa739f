import type { Connection } from 'mongoose';
import pino, { type Logger } from 'pino';
import { type Clocks, createClocks } from './clocks.ts';
import type { Config } from './config.ts';
import { createModels, type Models } from './models/index.ts';
import { createConnection } from './mongo-connection.ts';

/** What every part of the engine is built from. */
export type Base = { config: Config; log: Logger; connection: Connection; models: Models; clocks: Clocks };

/** Assembles the base on an open connection. */
export function createBase({ config, connection }: { config: Config; connection: Connection }): Base {
  const models = createModels(connection);
  const log = pino({ level: config.LOG_LEVEL, redact: ['*.password', '*.secret', '*.authorization', '*.cookie'] });
  return { config, log, connection, models, clocks: createClocks(models) };
}

/**
 * Connects to MongoDB.
 * @throws Error that names MONGODB_URI when it cannot be reached.
 */
export async function connect(uri: string): Promise<Connection> {
  try {
    return await createConnection(uri, {
      serverSelectionTimeoutMS: 10_000,
      maxPoolSize: 20,
      writeConcern: { w: 'majority', j: true },
    }).asPromise();
  } catch (cause) {
    throw new Error('MongoDB cannot be reached; check MONGODB_URI and that the server runs.', { cause });
  }
}
