import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnv } from '#engine/config.ts';
import { Trouble } from '#engine/local/trouble.ts';
import type { Voice } from '#engine/local/voice.ts';

const run = promisify(execFile);
const SOURCES = ['builder', 'shared', 'package-lock.json'];
const NOT_SOURCES = ['dist', 'node_modules'];
const TAIL_LINES = 20;

/**
 * Builds the builder's files, unless they are newer than everything they are made from.
 * @param root the project's folder
 * @throws Trouble with the compiler's last lines
 */
export async function buildBuilder(root: string, voice: Voice): Promise<void> {
  const built = join(root, 'builder', 'dist', 'index.html');
  const newestSourceMs = Math.max(...SOURCES.map((source) => newestMs(join(root, source))));
  if (existsSync(built) && statSync(built).mtimeMs >= newestSourceMs) return;
  await voice.during('Building the builder', async () => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const settings = { cwd: root, env: childEnv({ NODE_ENV: 'production' }), maxBuffer: 50_000_000 };
    await run(process.execPath, [vite, 'build', 'builder', '--logLevel', 'warn'], settings).catch((error: unknown) => {
      throw new Trouble('The builder could not be built:', lastLines(error), { cause: error });
    });
  });
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = readdirSync(path).filter((name) => !NOT_SOURCES.includes(name));
  return Math.max(found.mtimeMs, ...inside.map((name) => newestMs(join(path, name))));
}

function lastLines(error: unknown): string[] {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return output.trim().split('\n').slice(-TAIL_LINES);
}
