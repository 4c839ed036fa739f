import { fileURLToPath } from 'node:url';
import type { Config } from '#engine/config.ts';
import type { Mongo } from '#engine/local/mongo.ts';
import { compiledOnce, FEW_ARENAS, type Part } from '#engine/local/part.ts';
import { untilListening } from '#engine/local/port.ts';

/** Where the product's own processes find each other and the servers they use. */
export interface Places {
  mongo: Mongo;
  temporalAddress: string;
  inboxPort: number;
  port: number;
}

/** How the product's own processes run: as they are, or again whenever their sources change; and who hears the server. */
export interface Manner {
  developing: boolean;
  hear(line: string): void;
}

/** Heaps stay small: left alone, V8 lets garbage pile up to gigabytes before it looks. */
const SMALL_HEAP = ['--no-parallel-scavenge', '--max-old-space-size=512'];
/**
 * Workers make most of the garbage: with some more room for what is young they collect it half as often. In a rest
 * V8 would throw away compiled code with the garbage, and the next mails would pay for it; see also heap.ts.
 */
const HEAP_FLAGS = {
  server: [...SMALL_HEAP, '--max-semi-space-size=8'],
  worker: [...SMALL_HEAP, '--max-semi-space-size=16', '--expose-gc', '--no-memory-reducer-favors-memory'],
};

/** The product's own processes: the test inbox, the server, and the workers. */
export function productParts(config: Config, places: Places, { developing, hear }: Manner) {
  const env = {
    MONGODB_URI: places.mongo.uri,
    PASTURE_STANDIN: places.mongo.standIn ? 1 : 0,
    TEMPORAL_ADDRESS: places.temporalAddress,
    INBOX_PORT: places.inboxPort,
    PORT: places.port,
    DATA_DIR: config.DATA_DIR,
    ...compiledOnce(config),
    ...FEW_ARENAS,
  };
  const part = (name: string, file: string, tier: number, flags: string[] = []): Part => ({
    name,
    command: process.execPath,
    args: [
      ...flags,
      ...(developing ? ['--watch', '--watch-preserve-output'] : []),
      fileURLToPath(new URL(file, import.meta.url)),
    ],
    env,
    tier,
  });
  return {
    inbox: {
      ...part('inbox', 'inbox.ts', 2),
      ready: (signal: AbortSignal) => untilListening(places.inboxPort, config.INBOX_HOST, signal),
    },
    server: {
      ...part('server', '../server.ts', 3, HEAP_FLAGS.server),
      hear,
      ready: (signal: AbortSignal) => untilListening(places.port, config.HOST, signal),
    },
    workers: Array.from({ length: config.WORKERS }, (_, index) =>
      part(`worker-${index + 1}`, '../worker.ts', 3, HEAP_FLAGS.worker),
    ),
  };
}
