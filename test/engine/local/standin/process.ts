import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient, type Client, type ClientOptions, type Db } from './driver.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'engine', 'local', 'standin', 'main.ts');

/** The stand-in as a process of its own, on a file that outlives its restarts. */
export class StandInProcess {
  readonly #folder = mkdtempSync(join(tmpdir(), 'standin-'));
  readonly file = join(this.#folder, 'db.sqlite');
  #child: ChildProcess | undefined;
  #client: Client | undefined;
  port = 0;

  async start(options: ClientOptions = {}): Promise<Db> {
    const child = this.run();
    this.#child = child;
    if (!child.stdout) throw new Error('no output to read the port from');
    for await (const line of createInterface(child.stdout)) {
      this.port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
      if (this.port) break;
    }
    this.#client = await MongoClient.connect(this.uri, { serverSelectionTimeoutMS: 3000, maxPoolSize: 60, ...options });
    return this.#client.db();
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/pasture?directConnection=true&retryWrites=false`;
  }

  get client(): Client {
    if (!this.#client) throw new Error('not started');
    return this.#client;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('not started');
    return this.#child.pid;
  }

  /** Another process on the same file. */
  run(): ChildProcess {
    return spawn(NODE, [MAIN, '--port', '0', '--file', this.file], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Ends the process with a signal and returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    this.#child = undefined;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    await this.#client?.close(true).catch(() => undefined);
    return child.exitCode;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Failure extends Error {
  readonly code?: unknown;
}

/** The error that a promise is rejected with; throws when it is not. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('expected a rejection');
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
