import { performance } from 'node:perf_hooks';
import { faultReply, toFault } from './faults.ts';
import type { Flush } from './storage/flush.ts';
import type { Sqlite } from './storage/sqlite.ts';
import type { Reply } from './wire/reply.ts';

/** A command's run: it gives way at each yield, and returns the reply. */
export type Run = Generator<void, Reply, void>;

export interface Task {
  readonly writes: boolean;
  /** The client wants to hear back only once the write is on disk. */
  readonly durable: boolean;
  start(): Run;
  done(reply: Reply): void;
}

interface Waiting extends Task {
  /** A read that was begun and gave way. */
  run?: Run;
}

/** How long the first of those that share a turn waits for the others. */
const TURN_MS = 8;

/**
 * Runs commands in turns. A turn is one transaction, so that writes that arrive together share a
 * commit, and, by Flush, a flush to disk; replies go out after it. A write runs in one go, a read
 * gives way when the turn is over and goes on in a later one.
 */
export class Scheduler {
  readonly #sqlite: Sqlite;
  readonly #flush: Flush;
  /** Called after a rollback: what is known of the catalog may not be so. */
  readonly #afterRollback: () => void;
  #waiting: Waiting[] = [];
  #scheduled = false;

  constructor({ sqlite, flush, afterRollback }: { sqlite: Sqlite; flush: Flush; afterRollback: () => void }) {
    this.#sqlite = sqlite;
    this.#flush = flush;
    this.#afterRollback = afterRollback;
  }

  submit(task: Task): void {
    this.#waiting.push(task);
    this.#schedule();
  }

  /** Runs all that is waiting; for the end of the process. */
  drain(): void {
    while (this.#waiting.length > 0) this.#turn();
  }

  /** After the sockets that are readable now were read, so that what they bring shares the turn. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #turn(): void {
    const tasks = this.#waiting;
    this.#waiting = [];
    const answered: { task: Task; reply: Reply }[] = [];
    const givenWay: Waiting[] = [];
    const deadline = performance.now() + TURN_MS;
    let [taken, writing] = [0, false];
    try {
      for (const task of tasks) {
        if (taken > 0 && performance.now() > deadline) break;
        taken++;
        if (task.writes && !writing) {
          this.#sqlite.begin();
          writing = true;
        }
        const reply = this.#step(task, deadline);
        if (reply) answered.push({ task, reply });
        else givenWay.push(task);
      }
      if (writing) this.#sqlite.commit();
    } catch (error) {
      const unanswered = tasks.slice(0, taken).filter((task) => !givenWay.includes(task));
      answered.splice(0, Infinity, ...this.#fail(unanswered, error));
    }
    // Those that have not had a turn come before those that have.
    this.#waiting = [...tasks.slice(taken), ...givenWay, ...this.#waiting];
    for (const { task, reply } of answered) {
      if (task.durable) this.#flush.after(() => task.done(reply));
      else task.done(reply);
    }
  }

  /** The reply, or undefined for a read that has more to do. */
  #step(task: Waiting, deadline: number): Reply | undefined {
    try {
      if (task.writes) return this.#sqlite.whole(() => runOut(task.start()));
      task.run ??= task.start();
      do {
        const { value, done } = task.run.next();
        if (done) return value;
      } while (performance.now() < deadline);
      return undefined;
    } catch (error) {
      if (task.writes) this.#afterRollback();
      return faultReply(toFault(error));
    }
  }

  /** The commit failed, on a full disk, say: nothing of the turn happened. */
  #fail(tasks: readonly Task[], error: unknown): { task: Task; reply: Reply }[] {
    this.#sqlite.rollback();
    this.#afterRollback();
    return tasks.map((task) => ({ task, reply: faultReply(toFault(error)) }));
  }
}

function runOut(run: Run): Reply {
  for (;;) {
    const { value, done } = run.next();
    if (done) return value;
  }
}
