import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { readConfig } from '#engine/config.ts';
import { buildBuilder } from '#engine/local/builder.ts';
import { startMongo } from '#engine/local/mongo.ts';
import { createSupervisor } from '#engine/local/supervisor.ts';
import { startTemporal } from '#engine/local/temporal.ts';
import { createVoice } from '#engine/local/voice.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string;
    temporalAddress: string;
  }
}

type Servers = { mongoUri: string; temporalAddress: string; stop: () => Promise<void> };

/** Vitest loads this file once per project, so the one set of servers hangs where all projects see it. */
const shared: typeof globalThis & { pastureServers?: { started: Promise<Servers>; users: number } } = globalThis;

/** Starts one Temporal and one MongoDB for all test files, on free ports, and stops them after the last project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = (shared.pastureServers ??= { started: startServers(), users: 0 });
  servers.users += 1;
  if (project.name === 'stories') await buildBuilder(fileURLToPath(new URL('../..', import.meta.url)), createVoice());
  const { mongoUri, temporalAddress, stop } = await servers.started;
  project.provide('mongoUri', mongoUri);
  project.provide('temporalAddress', temporalAddress);
  return async () => {
    servers.users -= 1;
    if (servers.users > 0) return;
    delete shared.pastureServers;
    await stop();
  };
}

async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'pasture-test-'));
  const config = { ...readConfig(), DATA_DIR: folder, TEMPORAL_PORT: 0, MONGODB_PORT: 0 };
  const voice = createVoice();
  const supervisor = await createSupervisor(folder, voice);
  const stop = async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const launch = { config, folder, supervisor, voice };
    const [mongo, temporalAddress] = await Promise.all([startMongo(launch), startTemporal(launch)]);
    return { mongoUri: mongo.uri, temporalAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
