import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#engine/config.ts';
import { waysToMongod } from '#engine/local/mongod.ts';
import { findProgram } from '#engine/local/program.ts';
import { downloadUnlessRefused } from '#engine/local/refusals.ts';
import { obtainTemporalCli } from '#engine/local/temporal-cli.ts';
import { takeFirstWay } from '#engine/local/ways.ts';

const silent = { say: () => {}, during: <T>(_what: string, work: () => Promise<T>) => work() };
const newFolder = () => mkdtempSync(join(tmpdir(), 'pasture-program-'));

function writeProgram(folder: string, name: string, says: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a program is found in the first folder of PATH where it may be run', () => {
  const [first, second] = [newFolder(), newFolder()];
  writeFileSync(join(first, 'temporal'), 'not runnable');
  mkdirSync(join(first, 'mongod'));
  const program = writeProgram(second, 'temporal', '');
  const config = readConfig({ PATH: [first, second].join(delimiter) });
  expect(findProgram(config, 'temporal')).toBe(program);
  expect(findProgram(config, 'mongod')).toBeUndefined();
});

test('a temporal on PATH is used before anything is downloaded', async () => {
  const folder = newFolder();
  const program = writeProgram(folder, 'temporal', 'temporal version 1.5.1');
  const config = readConfig({ PATH: `${folder}${delimiter}/bin`, PASTURE_CACHE: join(folder, 'cache') });
  expect(await obtainTemporalCli(config, silent)).toBe(program);
});

test('a named mongod is used before the one on PATH, and an old one on PATH is passed over', async () => {
  const folder = newFolder();
  const named = writeProgram(folder, 'my-mongod', 'db version v8.0.0');
  writeProgram(folder, 'mongod', 'db version v6.0.12');
  const PATH = `${folder}${delimiter}/bin`;
  const both = readConfig({ PATH, MONGOD_BINARY: named });
  expect(await takeFirstWay('MongoDB', waysToMongod(both, silent), [])).toBe(named);
  const old = waysToMongod(readConfig({ PATH }), silent).slice(0, 2);
  await expect(takeFirstWay('MongoDB', old, [])).rejects.toThrow('older than MongoDB 7');
});

test('a refused download is not tried again for some hours', async () => {
  const cache = newFolder();
  let tries = 0;
  const refuse = async () => {
    tries += 1;
    throw new Error('getaddrinfo ENOTFOUND');
  };
  await expect(downloadUnlessRefused(cache, 'temporal', refuse)).rejects.toThrow('ENOTFOUND');
  await expect(downloadUnlessRefused(cache, 'temporal', refuse)).rejects.toThrow('not tried again yet');
  expect(tries).toBe(1);
});
