import { DefaultLogger, Runtime } from '@temporalio/worker';
import { connect, createBase } from './base.ts';
import { readConfig } from './config.ts';
import { armCrashPoint } from './crash-points.ts';
import { createEngine } from './engine.ts';
import { keepHeapSmall } from './heap.ts';
import { createMarks } from './restore/marks.ts';
import { bundleApart } from './temporal/bundle.ts';
import { connectTemporal } from './temporal/client.ts';
import { connectNative, createWorkers } from './temporal/worker.ts';

/** Runs workflows and activities until a signal ends it. */
async function work(): Promise<void> {
  const config = readConfig();
  armCrashPoint(config.CRASH_AT);
  keepHeapSmall();
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const [connection, client, native, bundle] = await Promise.all([
    connect(config.MONGODB_URI ?? `mongodb://127.0.0.1:${config.MONGODB_PORT}/pasture`),
    connectTemporal(config),
    connectNative(config),
    bundleApart(),
  ]);
  const engine = createEngine(createBase({ config, connection }), client);
  const marks = createMarks({ ...engine.base, settings: engine.settings });
  // Before anybody moves: the worker may be up before the server.
  await marks.mark();
  marks.start();
  const workers = await createWorkers(config, native, engine.activities, bundle);
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  engine.events.start();
  console.log('worker: ready');
  await Promise.all(workers.map((worker) => worker.run()));
  await Promise.all([marks.stop(), engine.events.stop()]);
  engine.mailRoom.close();
  await native.close();
  await connection.close();
}

work().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
