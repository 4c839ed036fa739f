import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { createApp } from './app.ts';
import { createHandlers } from './api/handlers.ts';
import { type Base, connect, createBase } from './base.ts';
import { createBounceServer, listenForBounces } from './bounces/bounce-server.ts';
import { readConfig } from './config.ts';
import { armCrashPoint } from './crash-points.ts';
import { selfTest } from './deliveries/self-test.ts';
import { createUnsubscribe } from './deliveries/unsubscribe.ts';
import { createEngine, type Engine } from './engine.ts';
import { hangUp, listen } from './listen.ts';
import { buildIndexes } from './models/index.ts';
import { ownerLink } from './owner-link.ts';
import { publicRouter } from './public/public-router.ts';
import { createTrack } from './public/track.ts';
import { createLive } from './report/live.ts';
import { createReports } from './report/reports.ts';
import { createMarks } from './restore/marks.ts';
import { createRounds } from './rounds.ts';
import { connectTemporal } from './temporal/client.ts';
import { v1Router } from './v1/router.ts';

const builder = fileURLToPath(new URL('../builder/dist', import.meta.url));

/** Runs the API, the builder's files and the public pages until a signal ends it. */
async function serve(): Promise<void> {
  const config = readConfig();
  armCrashPoint(config.CRASH_AT);
  const [connection, client] = await Promise.all([
    connect(config.MONGODB_URI ?? `mongodb://127.0.0.1:${config.MONGODB_PORT}/pasture`),
    connectTemporal(config),
  ]);
  const base = createBase({ config, connection });
  await buildIndexes(base.models);
  const engine = createEngine(base, client);
  const marks = createMarks({ ...base, settings: engine.settings });
  await marks.mark();
  const reports = createReports(base.models);
  const live = createLive(reports, base.log);
  const { server, url } = await listen(await appOf(engine, { client, reports, live }), config);
  const bounceServer = await openBounceServer(engine);
  const rounds = createRounds(engine);
  // A server killed between a publication and its announcement must not leave the others with old listeners.
  await engine.journeys.listeners.raise();
  engine.events.start();
  rounds.start();
  marks.start();
  engine.sample.start();
  console.log(`owner-link: ${await ownerLink(base.models, config.PUBLIC_URL?.replace(/\/+$/, '') ?? url)}`);
  const stop = async (): Promise<void> => {
    live.stop();
    await hangUp(server);
    await bounceServer?.();
    await Promise.all([rounds.stop(), marks.stop(), engine.sample.stop(), engine.events.stop()]);
    engine.mailRoom.close();
    await client.connection.close();
    await connection.close();
  };
  const leave = (): void => void stop().finally(() => process.exit(0));
  process.once('SIGTERM', leave).once('SIGINT', leave);
}

/** Takes returned mails where the environment says so; answers how to stop that. */
async function openBounceServer({ base, bounces }: Engine): Promise<(() => Promise<void>) | null> {
  const { BOUNCE_HOST, BOUNCE_PORT } = base.config;
  if (BOUNCE_PORT === undefined) return null;
  const server = createBounceServer(bounces, base.log);
  await listenForBounces(server, { BOUNCE_HOST, BOUNCE_PORT });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

type Watching = {
  client: Client;
  reports: ReturnType<typeof createReports>;
  live: ReturnType<typeof createLive>;
};

async function appOf(engine: Engine, { client, reports, live }: Watching) {
  const { base, settings, events, contacts } = engine;
  const sends = await selfTest(base.models);
  const temporalAnswers = async (): Promise<boolean> => {
    await client.workflowService.getSystemInfo({});
    return true;
  };
  const handlers = createHandlers(engine, {
    reports,
    temporal: async () => ({
      address: base.config.TEMPORAL_ADDRESS ?? `127.0.0.1:${base.config.TEMPORAL_PORT}`,
      reachable: await temporalAnswers().catch(() => false),
    }),
    sends: () => Promise.resolve(sends),
  });
  const record = (event: Parameters<typeof events.record>[0]) => events.record(event);
  return createApp({
    base,
    handlers,
    live: live.handler,
    health: { mongo: () => mongoAnswers(base), temporal: temporalAnswers },
    mounts: [
      { path: '/v1', router: v1Router({ models: base.models, events, settings }) },
      {
        path: '/',
        router: publicRouter({
          base,
          settings,
          track: createTrack({ base, record }),
          unsubscribe: createUnsubscribe({ base, record, withdraw: (said) => contacts.setConsent(said) }),
        }),
      },
    ],
    builder,
  });
}

async function mongoAnswers({ connection }: Base): Promise<boolean> {
  await connection.db?.admin().ping();
  return connection.readyState === 1;
}

serve().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
