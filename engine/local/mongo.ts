import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { mongodArgs, untilPrimary, waysToMongod } from '#engine/local/mongod.ts';
import { claimPort } from '#engine/local/port.ts';
import { compiledOnce, FEW_ARENAS } from '#engine/local/part.ts';
import type { Launch } from '#engine/local/temporal.ts';
import { reasonOf, Trouble } from '#engine/local/trouble.ts';
import { takeFirstWay, type Way } from '#engine/local/ways.ts';
import { createConnection } from '#engine/mongo-connection.ts';

/** Where MongoDB serves, and whether it is the built-in stand-in, which is for trying out and closed networks. */
export interface Mongo {
  uri: string;
  standIn: boolean;
}

type Server = { kind: 'mongod'; program: string } | { kind: 'standin' };

/**
 * Makes MongoDB serve: the one at MONGODB_URI, or else a `mongod` of our own, or else the built-in stand-in.
 * @throws Trouble when none can be had
 */
export async function startMongo({ config, folder, supervisor, voice }: Launch): Promise<Mongo> {
  if (config.MONGODB_URI !== undefined) {
    await confirm(config.MONGODB_URI);
    voice.say(`MongoDB: ${withoutPassword(config.MONGODB_URI)} (from MONGODB_URI)`);
    return { uri: config.MONGODB_URI, standIn: config.PASTURE_STANDIN };
  }
  const port = await claimPort({
    port: config.MONGODB_PORT,
    host: '127.0.0.1',
    what: 'MongoDB',
    variable: 'MONGODB_PORT',
  });
  const mongod: Way<Server>[] = waysToMongod(config, voice).map(({ name, take }) => ({
    name,
    async take() {
      const answer = await take();
      return 'found' in answer ? { found: { kind: 'mongod', program: answer.found } } : answer;
    },
  }));
  const standin: Way<Server> = { name: 'the built-in stand-in', take: async () => ({ found: { kind: 'standin' } }) };
  const server = await takeFirstWay('MongoDB', [...mongod, standin], []);
  const serving = { name: 'mongodb', tier: 0 };
  if (server.kind === 'mongod') {
    const args = mongodArgs(port, join(folder, 'mongodb'));
    const ready = (signal: AbortSignal) => untilPrimary(port, signal);
    await supervisor.start({ ...serving, command: server.program, args, ready });
    voice.say(`MongoDB: 127.0.0.1:${port}, by ${server.program}`);
    return { uri: `mongodb://127.0.0.1:${port}/pasture?directConnection=true`, standIn: false };
  }
  const uri = `mongodb://127.0.0.1:${port}/pasture?directConnection=true&retryWrites=false`;
  await supervisor.start({
    ...serving,
    command: process.execPath,
    args: [...HEAP_FLAGS, STANDIN, '--port', String(port), '--file', join(folder, 'mongo-standin.sqlite')],
    env: { ...compiledOnce(config), ...FEW_ARENAS },
    ready: (signal) => untilAnswering(uri, signal),
  });
  voice.say(`MongoDB: 127.0.0.1:${port}, by the built-in stand-in, since no mongod could be had.`);
  voice.say(
    '  The stand-in is for trying out and for closed networks; for real work set MONGODB_URI to a MongoDB 7 or newer.',
  );
  return { uri, standIn: true };
}

/** What it holds lies in SQLite; what it needs besides is gone in a moment, and so little that garbage may outgrow it. */
const HEAP_FLAGS = ['--single-threaded-gc', '--max-semi-space-size=16', '--heap-growing-percent=200'];
const STANDIN = fileURLToPath(new URL('standin/main.ts', import.meta.url));

async function untilAnswering(uri: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answered = await ping(uri).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await pause(100);
  }
}

/** @throws Trouble when no MongoDB answers at the address */
async function confirm(uri: string): Promise<void> {
  try {
    await ping(uri);
  } catch (error) {
    throw new Trouble(`No MongoDB answers at MONGODB_URI=${withoutPassword(uri)} (${reasonOf(error)}).`, [
      'Correct MONGODB_URI, start that MongoDB, or unset MONGODB_URI to have one started here.',
    ]);
  }
}

async function ping(uri: string): Promise<void> {
  const connection = createConnection(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    await connection.asPromise();
    await connection.db?.admin().command({ ping: 1 });
  } finally {
    await connection.close();
  }
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//…@');
}
