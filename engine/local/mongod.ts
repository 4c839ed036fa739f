import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server-core';
import type mongoose from 'mongoose';
import { cacheDir, type Config } from '#engine/config.ts';
import { findProgram, isRunnable, versionOf } from '#engine/local/program.ts';
import { downloadUnlessRefused } from '#engine/local/refusals.ts';
import { Trouble } from '#engine/local/trouble.ts';
import type { Voice } from '#engine/local/voice.ts';
import type { Way } from '#engine/local/ways.ts';
import { createConnection } from '#engine/mongo-connection.ts';

const OLDEST_MAJOR = 7;
const ANSWER_WITHIN_MS = 5_000;
const REPLICA_SET = 'pasture';

/** The ways to come by a `mongod`: named, installed, downloaded. Each answers the path of a program that runs here. */
export function waysToMongod(config: Config, voice: Voice): Way<string>[] {
  return [
    { name: 'MONGOD_BINARY', take: () => takeNamed(config.MONGOD_BINARY) },
    { name: 'mongod on PATH', take: () => takeFromPath(config) },
    { name: 'download from fastdl.mongodb.org', take: () => takeDownload(config, voice) },
  ];
}

async function takeNamed(binary: string | undefined) {
  if (binary === undefined) return { closed: 'not set' };
  if (!isRunnable(binary)) {
    throw new Trouble(`MONGOD_BINARY=${binary} is not a program that can be run.`, [
      'Correct it, or unset it to have MongoDB looked for.',
    ]);
  }
  return { found: binary };
}

async function takeFromPath(config: Config) {
  const program = findProgram(config, 'mongod');
  if (program === undefined) return { closed: 'not there' };
  const version = await versionOf(program);
  const major = Number(/v(\d+)\./.exec(version)?.[1]);
  return major >= OLDEST_MAJOR ? { found: program } : { closed: `${program} is older than MongoDB ${OLDEST_MAJOR}` };
}

async function takeDownload(config: Config, voice: Voice) {
  const downloadDir = join(cacheDir(config), 'mongodb');
  mkdirSync(downloadDir, { recursive: true });
  const cached = await DryMongoBinary.locateBinary(DryMongoBinary.getEnsuredOptions({ downloadDir }));
  if (cached !== undefined) return { found: cached };
  const found = await downloadUnlessRefused(cacheDir(config), 'mongodb', async () => {
    await fetch('https://fastdl.mongodb.org/', { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return voice.during('Downloading MongoDB, once', () => MongoBinary.getPath({ downloadDir }));
  });
  await versionOf(found);
  return { found };
}

/** The arguments that run a `mongod` as a replica set of one on loopback, with its files in a folder. */
export function mongodArgs(port: number, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', REPLICA_SET, '--quiet'];
}

/** Waits until a `mongod` takes writes; makes it a replica set of one, also when its port has changed since last time. */
export async function untilPrimary(port: number, signal: AbortSignal): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const connection = createConnection(`mongodb://${host}/admin?directConnection=true`);
  try {
    await connection.asPromise();
    while (!signal.aborted) {
      const hello = await connection.db?.admin().command({ hello: 1 });
      if (hello?.['isWritablePrimary'] === true && hello['me'] === host) return;
      if (hello?.['setName'] === undefined) await formSet(connection, host);
      await pause(200);
    }
  } finally {
    await connection.close();
  }
}

async function formSet(connection: mongoose.Connection, host: string): Promise<void> {
  const admin = connection.db?.admin();
  const members = [{ _id: 0, host }];
  try {
    await admin?.command({ replSetInitiate: { _id: REPLICA_SET, members } });
  } catch {
    const answer = await admin?.command({ replSetGetConfig: 1 }).catch(() => undefined);
    const known = answer?.['config'];
    if (known?.members?.[0]?.host === host || known === undefined) return;
    await admin?.command({ replSetReconfig: { ...known, version: known.version + 1, members }, force: true });
  }
}
