import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDir, childEnv, type Config } from '#engine/config.ts';

const LOG_LIMIT_BYTES = 20_000_000;
const TAIL_LINES = 15;

/** For processes of many threads: what one has given back serves the others, instead of lying in an arena of its own. */
export const FEW_ARENAS = { MALLOC_ARENA_MAX: 2 };

/** Sources are stripped of their types and compiled by the first start: what does that for Node takes 30 MB a process. */
export function compiledOnce(config: Config): { NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: join(cacheDir(config), 'compiled') };
}

/** A program that is part of the running product, and how to tell that it serves. */
export interface Part {
  name: string;
  command: string;
  args: readonly string[];
  /** Environment variables on top of this process's own. */
  env?: Record<string, string | number>;
  /** Parts of a higher tier use those of a lower one, and are stopped before them. */
  tier: number;
  /** Resolves once the part serves; gives up when the signal aborts. */
  ready?(signal: AbortSignal): Promise<void>;
  /** Hears every line the part writes to its standard output. */
  hear?(line: string): void;
}

/** One run of a part. */
export interface Run {
  pid: number | undefined;
  startedAt: number;
  /** How it ended, in words, and its last lines. */
  ended: Promise<{ how: string; lastLines: string[] }>;
  signal(name: NodeJS.Signals): void;
}

/** Starts a part in a process group of its own, so that Ctrl-C does not reach it out of order, and logs what it writes. */
export function launch(part: Part, logFolder: string): Run {
  const log = openLog(logFolder, part.name);
  const child = spawn(part.command, part.args, {
    env: childEnv(part.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const lastLines: string[] = [];
  const keep = (line: string) => {
    log.write(`${line}\n`);
    if (lastLines.push(line) > TAIL_LINES) lastLines.shift();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(line);
    part.hear?.(line);
  });
  createInterface({ input: child.stderr }).on('line', keep);
  return {
    pid: child.pid,
    startedAt: Date.now(),
    ended: endOf(child).then((how) => {
      log.end();
      return { how, lastLines };
    }),
    signal: (name) => void child.kill(name),
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

function openLog(folder: string, name: string) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > LOG_LIMIT_BYTES) renameSync(path, `${path}.old`);
  return createWriteStream(path, { flags: 'a' });
}
