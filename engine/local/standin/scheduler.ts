import { performance } from 'node:perf_hooks';
import { faultReply, toFault } from './faults.ts';
import type { Flush } from './storage/flush.ts';
import { type Sqlite, TurnLost } from './storage/sqlite.ts';
import type { Reply } from './wire/reply.ts';

/** A command's run: it gives way at each yield, and returns the reply. */
export type Run = Generator<void, Reply, void>;

export interface Task {
  readonly writes: boolean;
  /** The client wants to hear back only once the write is on disk. */
  readonly durable: boolean;
  /** How large the command is. */
  readonly bytes: number;
  start(): Run;
  done(reply: Reply): void;
}

/** A command that is understood and may run, before it is known whom to answer. */
export type Prepared = Omit<Task, 'done' | 'bytes'>;

interface Waiting extends Task {
  readonly since: number;
  /** A read that was begun and gave way. */
  run?: Run;
}

/** About one person: it goes before commands about many, of which each takes as long as dozens of these. */
const SMALL_BYTES = 4_096;
/** It does not go before a large one that has waited for so long already. */
const LONGEST_MS = 50;

/** How long the first of those that share a turn waits for the others. */
const TURN_MS = 8;
/** How long a read that gave way may go on, once in each turn. */
const SLICE_MS = 4;

/**
 * Runs commands in turns. A turn is one transaction, so that writes that arrive together share a
 * commit, and, by Flush, a flush to disk; replies go out after it. A write runs in one go, a read
 * gives way when the turn is over and goes on in later ones, behind what is new.
 */
export class Scheduler {
  readonly #sqlite: Sqlite;
  readonly #flush: Flush;
  /** Called after a rollback: what is known of the catalog may not be so. */
  readonly #afterRollback: () => void;
  readonly #small: Waiting[] = [];
  readonly #large: Waiting[] = [];
  #gaveWay: Waiting[] = [];
  #scheduled = false;

  constructor({ sqlite, flush, afterRollback }: { sqlite: Sqlite; flush: Flush; afterRollback: () => void }) {
    this.#sqlite = sqlite;
    this.#flush = flush;
    this.#afterRollback = afterRollback;
  }

  submit(task: Task): void {
    const queue = task.bytes <= SMALL_BYTES ? this.#small : this.#large;
    queue.push({ ...task, since: performance.now() });
    this.#schedule();
  }

  /** Runs all that is waiting; for the end of the process. */
  drain(): void {
    while (this.#isBusy()) this.#turn();
  }

  /** After the sockets that are readable now were read, so that what they bring shares the turn. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
      if (this.#isBusy()) this.#schedule();
    });
  }

  #isBusy(): boolean {
    return this.#small.length > 0 || this.#large.length > 0 || this.#gaveWay.length > 0;
  }

  /** Where the next command waits. */
  #queue(): Waiting[] {
    const [small] = this.#small;
    const [large] = this.#large;
    if (!small || !large) return small ? this.#small : this.#large;
    const isOverdue = performance.now() - large.since > LONGEST_MS && large.since < small.since;
    return isOverdue ? this.#large : this.#small;
  }

  #turn(): void {
    const deadline = performance.now() + TURN_MS;
    const taken: Waiting[] = [];
    const replies = new Map<Task, Reply>();
    const step = (task: Waiting, untilMs: number): void => {
      taken.push(task);
      const reply = this.#step(task, untilMs);
      if (reply) replies.set(task, reply);
      else this.#gaveWay.push(task);
    };
    let writing = false;
    const goingOn = this.#gaveWay.shift();
    try {
      while (taken.length === 0 || performance.now() < deadline) {
        const queue = this.#queue();
        const [task] = queue;
        if (!task) break;
        if (task.writes && !writing) {
          this.#sqlite.begin();
          writing = true;
        }
        queue.shift();
        step(task, deadline);
      }
      if (goingOn) step(goingOn, performance.now() + SLICE_MS);
      if (writing) this.#sqlite.commit();
    } catch (error) {
      this.#undo();
      // The commit failed, or the disk was full before it: nothing of the turn happened.
      const fault = toFault(error instanceof TurnLost ? error.cause : error);
      for (const task of [...taken, ...this.#small.splice(0), ...this.#large.splice(0)])
        replies.set(task, faultReply(fault));
      this.#gaveWay = this.#gaveWay.filter((task) => !replies.has(task));
    }
    for (const [task, reply] of replies) {
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
      if (error instanceof TurnLost) throw error;
      if (task.writes) this.#afterRollback();
      return faultReply(toFault(error));
    }
  }

  #undo(): void {
    this.#sqlite.rollback();
    this.#afterRollback();
  }
}

function runOut(run: Run): Reply {
  for (;;) {
    const { value, done } = run.next();
    if (done) return value;
  }
}
