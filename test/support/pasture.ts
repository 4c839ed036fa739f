import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readConfig } from '#engine/config.ts';
import { freePort } from '#engine/local/port.ts';
import { productParts } from '#engine/local/product.ts';
import { createSupervisor } from '#engine/local/supervisor.ts';
import { createVoice } from '#engine/local/voice.ts';
import { type Database, openDatabase } from './mongo.ts';
import { openTemporal, type TestTemporal } from './temporal.ts';

const OWNER_LINK = 'owner-link: ';

/** The whole product, as `npm start` runs it, on a database and a namespace of its own. */
export interface Pasture {
  url: string;
  /** The link the server printed: to create the owner's account. */
  ownerLink: string;
  database: Database;
  temporal: TestTemporal;
  /** What was said about parts that ended and started again. */
  said: string[];
  /** Ends a part at once, as kill -9 does; the supervisor starts it again. Parts: server, inbox, worker-1, worker-2. */
  kill(part: string): void;
  close(): Promise<void>;
}

/**
 * Starts inbox, server and workers as processes of their own; the builder must have been built.
 * @param settings environment variables on top, such as SMTP_URL or WORKERS
 */
export async function openPasture(settings: Record<string, string> = {}): Promise<Pasture> {
  const [database, temporal, port, inboxPort] = await Promise.all([
    openDatabase(),
    openTemporal(),
    freePort(),
    freePort(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'pasture-story-'));
  const config = readConfig({ WORKERS: '1', ...settings, DATA_DIR: folder });
  const said: string[] = [];
  const ownerLink = Promise.withResolvers<string>();
  const hear = (line: string) => line.startsWith(OWNER_LINK) && ownerLink.resolve(line.slice(OWNER_LINK.length));
  const supervisor = await createSupervisor(
    folder,
    createVoice((line) => said.push(line)),
  );
  const mongo = { uri: database.uri, standIn: inject('mongoUri').includes('retryWrites=false') };
  const places = { mongo, temporalAddress: temporal.address, inboxPort, port };
  const parts = productParts(config, places, { developing: false, hear });
  const env = { ...settings, TEMPORAL_NAMESPACE: temporal.namespace };
  await Promise.all(
    [parts.inbox, parts.server, ...parts.workers].map((part) =>
      supervisor.start({ ...part, env: { ...env, ...part.env } }),
    ),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    ownerLink: await ownerLink.promise,
    database,
    temporal,
    said,
    kill(part) {
      const pid = supervisor.pidOf(part);
      if (pid === undefined) throw new Error(`${part} does not run: ${said.join('\n')}`);
      process.kill(pid, 'SIGKILL');
    },
    async close() {
      await supervisor.stop();
      await temporal.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
