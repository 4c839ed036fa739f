import { closeSync, fsync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes commits durable. SQLite has written them to its log already; one fsync of the log, off the
 * main thread, covers every commit before it began, so concurrent writers share a flush.
 */
export class Flush {
  readonly #log: number;
  readonly #onLost: (error: Error) => void;
  #waiting: (() => void)[] = [];
  #underWay = false;

  /** `onLost`: the disk refused, after which nobody can say what is on it. */
  constructor(file: string, onLost: (error: Error) => void) {
    this.#onLost = onLost;
    this.#log = openSync(`${file}-wal`, 'r+');
    // The log's own name must survive as well.
    const folder = openSync(dirname(file), 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  /** Calls `done` once everything committed until now is on disk. */
  after(done: () => void): void {
    this.#waiting.push(done);
    this.#start();
  }

  close(): void {
    fsyncSync(this.#log);
    const waiting = this.#waiting.splice(0);
    for (const done of waiting) done();
    if (!this.#underWay) closeSync(this.#log);
  }

  #start(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    const covered = this.#waiting.splice(0);
    fsync(this.#log, (error) => {
      this.#underWay = false;
      if (error) return this.#onLost(error);
      for (const done of covered) done();
      this.#start();
    });
  }
}
