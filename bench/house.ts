import { mkdirSync } from 'node:fs';
import { childEnv, readConfig } from '#engine/config.ts';
import { startMongo } from '#engine/local/mongo.ts';
import { freePort } from '#engine/local/port.ts';
import { productParts } from '#engine/local/product.ts';
import { createSupervisor } from '#engine/local/supervisor.ts';
import { startTemporal } from '#engine/local/temporal.ts';
import { createVoice } from '#engine/local/voice.ts';

/** The whole product with servers of its own, as `npm start` runs it, but for the built builder. */
export interface House {
  url: string;
  mongoUri: string;
  temporalAddress: string;
  /** What was said about parts that ended and started again. */
  said: string[];
  /** Process ids by part: mongodb, temporal, inbox, server, worker-1 … */
  pids(): Record<string, number>;
  /** Ends a part at once, as kill -9 does; it starts again by itself. */
  kill(part: string): void;
  close(): Promise<void>;
}

/**
 * Starts everything; what an earlier house kept in the same folder is there again.
 * @param settings environment variables on top, such as SMTP_URL or WORKERS
 */
export async function openHouse(folder: string, settings: Record<string, string>): Promise<House> {
  mkdirSync(folder, { recursive: true });
  const anyPort = { TEMPORAL_PORT: '0', MONGODB_PORT: '0' };
  const config = readConfig(childEnv({ LOG_LEVEL: 'warn', ...anyPort, ...settings, DATA_DIR: folder }));
  const said: string[] = [];
  const voice = createVoice((line) => said.push(line));
  const supervisor = await createSupervisor(folder, voice);
  try {
    const launch = { config, folder, supervisor, voice };
    const [mongo, temporalAddress, port, inboxPort] = await Promise.all([
      startMongo(launch),
      startTemporal(launch),
      freePort(),
      freePort(),
    ]);
    const places = { mongo, temporalAddress, inboxPort, port };
    const { inbox, server, workers } = productParts(config, places, { developing: false, hear: () => {} });
    const env = { LOG_LEVEL: config.LOG_LEVEL, ...settings };
    const parts = [inbox, server, ...workers];
    await Promise.all(parts.map((part) => supervisor.start({ ...part, env: { ...env, ...part.env } })));
    const names = ['mongodb', 'temporal', ...parts.map(({ name }) => name)];
    const pids = () =>
      Object.fromEntries(
        names.flatMap((name) => {
          const pid = supervisor.pidOf(name);
          return pid === undefined ? [] : [[name, pid]];
        }),
      );
    return {
      url: `http://127.0.0.1:${port}`,
      mongoUri: mongo.uri,
      temporalAddress,
      said,
      pids,
      kill(part) {
        const pid = pids()[part];
        if (pid === undefined) throw new Error(`${part} does not run: ${said.join('\n')}`);
        process.kill(pid, 'SIGKILL');
      },
      close: () => supervisor.stop(),
    };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
