import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import type { Config } from '#engine/config.ts';
import { claimPort } from '#engine/local/port.ts';
import type { Supervisor } from '#engine/local/supervisor.ts';
import { obtainTemporalCli } from '#engine/local/temporal-cli.ts';
import { reasonOf, Trouble } from '#engine/local/trouble.ts';
import type { Voice } from '#engine/local/voice.ts';

const GRPC_NOT_FOUND = 5;

/** The dev server's own limits are those of a try-out; these let one machine do what it can. */
const DYNAMIC_CONFIG = {
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'frontend.namespaceCount': 10_000,
  'history.rps': 100_000,
  'matching.rps': 100_000,
  'frontend.persistenceMaxQPS': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.persistenceMaxQPS': 100_000,
  'system.enableActivityEagerExecution': true,
  'system.enableEagerWorkflowStart': true,
};

/** What starting a server needs: settings, where to keep its files, who supervises it, and who speaks. */
export interface Launch {
  config: Config;
  folder: string;
  supervisor: Supervisor;
  voice: Voice;
}

/**
 * Makes Temporal serve: the one at TEMPORAL_ADDRESS, or else a dev server of our own, kept in one SQLite file.
 * @returns its address, host:port
 * @throws Trouble when none can be had
 */
export async function startTemporal({ config, folder, supervisor, voice }: Launch): Promise<string> {
  const namespace = config.TEMPORAL_NAMESPACE;
  if (config.TEMPORAL_ADDRESS !== undefined) {
    await confirm(config.TEMPORAL_ADDRESS, namespace);
    voice.say(`Temporal: ${config.TEMPORAL_ADDRESS} (from TEMPORAL_ADDRESS), namespace ${namespace}`);
    return config.TEMPORAL_ADDRESS;
  }
  const command = await obtainTemporalCli(config, voice);
  for (let attempt = 1; ; attempt++) {
    const port = await claimPort({
      port: config.TEMPORAL_PORT,
      host: '127.0.0.1',
      what: 'Temporal',
      variable: 'TEMPORAL_PORT',
    });
    const address = `127.0.0.1:${port}`;
    try {
      await supervisor.start({
        name: 'temporal',
        command,
        args: serverArgs({ port, file: join(folder, 'temporal.db'), namespace }),
        tier: 1,
        ready: (signal) => untilServing(address, namespace, signal),
      });
      voice.say(`Temporal: ${address}, by ${command}`);
      return address;
    } catch (error) {
      // It takes several more ports by itself, and ends at once when another program is quicker.
      if (!(error instanceof Trouble) || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 3;

function serverArgs({ port, file, namespace }: { port: number; file: string; namespace: string }): string[] {
  const limits = Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  const listen = ['--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'];
  const keep = ['--db-filename', file, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];
  const own = namespace === 'default' ? [] : ['--namespace', namespace];
  return ['server', 'start-dev', ...listen, ...keep, ...own, ...limits];
}

async function untilServing(address: string, namespace: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await describe(address, namespace);
      return;
    } catch {
      await pause(100);
    }
  }
}

/** @throws Trouble when no Temporal answers at the address, or it lacks the namespace */
async function confirm(address: string, namespace: string): Promise<void> {
  try {
    await describe(address, namespace);
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) {
      throw new Trouble(`The Temporal at TEMPORAL_ADDRESS=${address} has no namespace "${namespace}".`, [
        `Create it: temporal operator namespace create --address ${address} ${namespace}`,
        'or name another one in TEMPORAL_NAMESPACE.',
      ]);
    }
    throw new Trouble(`No Temporal answers at TEMPORAL_ADDRESS=${address} (${reasonOf(error)}).`, [
      'Correct TEMPORAL_ADDRESS, start that Temporal, or unset TEMPORAL_ADDRESS to have one started here.',
    ]);
  }
}

async function describe(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
