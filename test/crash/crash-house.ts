import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashPoint } from '#engine/crash-points.ts';
import { childEnv, readConfig } from '#engine/config.ts';
import { startMongo } from '#engine/local/mongo.ts';
import type { Part } from '#engine/local/part.ts';
import { freePort, untilListening } from '#engine/local/port.ts';
import { productParts } from '#engine/local/product.ts';
import { startTemporal } from '#engine/local/temporal.ts';
import { createVoice } from '#engine/local/voice.ts';
import { openEngineBeside } from '../../bench/engine-beside.ts';
import { openSink, type Script } from '../support/smtp-sink.ts';
import { createHands } from './hands.ts';

const WORKERS = 3;
const SERVERS = 2;

/**
 * The whole product with servers of its own, each part a process that lives and dies by hand, a scripted mail server
 * whose ledger is the outside world's truth, and an engine beside it to prepare and to look.
 */
export async function openCrashHouse() {
  const folder = mkdtempSync(join(tmpdir(), 'pasture-crash-'));
  const script: Script = {};
  const sink = await openSink(scripted(script));
  const hands = await createHands(folder);
  const own = { TEMPORAL_ADDRESS: '', MONGODB_URI: '', TEMPORAL_PORT: '0', MONGODB_PORT: '0', LOG_LEVEL: 'warn' };
  const config = readConfig(childEnv({ ...own, SMTP_URL: sink.url, WORKERS, DATA_DIR: folder }));
  const supervisor = {
    ...hands,
    start: (part: Part) => hands.start(part.name === 'temporal' ? impatient(part) : part),
  };
  const serving = { config, folder, supervisor, voice: createVoice(() => {}) };
  // The mail server stands for the built-in inbox as well, so that mails of people on another clock are in the ledger.
  const inboxPort = sink.port;
  const [mongo, temporalAddress, ...ports] = await Promise.all([
    startMongo(serving),
    startTemporal(serving),
    ...Array.from({ length: SERVERS }, freePort),
  ]);
  const parts = ports.map((port) =>
    productParts(config, { mongo, temporalAddress, inboxPort, port }, { developing: false, hear: () => {} }),
  );
  const env = { LOG_LEVEL: 'warn', SMTP_URL: sink.url };
  const known = new Map<string, Part>();
  parts.forEach(({ server }, index) => {
    const name = `server-${index + 1}`;
    const ready = (signal: AbortSignal) => untilListening(ports[index] ?? 0, config.HOST, signal);
    known.set(name, { ...server, name, ready, env: { ...server.env, ...env } });
  });
  for (const worker of parts[0]?.workers ?? [])
    known.set(worker.name, { ...spoken(worker, 'worker: ready'), env: { ...worker.env, ...env } });
  const house = { url: `http://127.0.0.1:${ports[0]}`, mongoUri: mongo.uri, temporalAddress };
  const engine = await openEngineBeside(house, sink.url);
  await engine.addSender();

  return {
    ...house,
    engine,
    hands,
    sink,
    /** How the mail server behaves; may be changed at any time. */
    script,
    folder,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    /** Starts a server or a worker, which dies at a point when one is named. */
    async start(name: string, crashAt?: CrashPoint | `${CrashPoint}:${number}`): Promise<void> {
      const part = known.get(name);
      if (!part) throw new Error(`There is no ${name}.`);
      await hands.start({ ...part, env: { ...part.env, ...(crashAt && { CRASH_AT: crashAt }) } });
    },
    /** Takes Temporal's whole database away from under everybody, and starts an empty one. */
    async forgetTemporal(): Promise<void> {
      await hands.kill('temporal');
      const files = readdirSync(folder).filter((name) => name.startsWith('temporal.db'));
      if (files.length === 0) throw new Error('Temporal kept nothing here.');
      for (const file of files) rmSync(join(folder, file));
      await hands.again('temporal');
    },
    async close(): Promise<void> {
      await engine.close();
      await hands.stop();
      await sink.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type CrashHouse = Awaited<ReturnType<typeof openCrashHouse>>;

/** Asks the script anew at every turn of a conversation, so that a test can change its mind. */
function scripted(script: Script): Script {
  return {
    greet: () => script.greet?.(),
    rcpt: (to) => script.rcpt?.(to),
    data: (to) => script.data?.(to),
    body: (to) => script.body?.(to),
    dot: (to) => script.dot?.(to),
    beforeGate: async (to) => script.beforeGate?.(to),
    beforeReply: async (to) => script.beforeReply?.(to),
  };
}

/** A frozen worker's open polls go on being given tasks for this long; a minute by default. */
function impatient(temporal: Part): Part {
  const polls = ['--dynamic-config-value', 'matching.longPollExpirationInterval="5s"'];
  return { ...temporal, args: [...temporal.args, ...polls] };
}

/** A part that is ready when it says so. */
function spoken(part: Part, word: string): Part {
  let said = Promise.withResolvers<void>();
  return {
    ...part,
    hear: (line) => line === word && said.resolve(),
    ready: async () => {
      await said.promise;
      said = Promise.withResolvers<void>();
    },
  };
}
