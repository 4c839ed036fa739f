import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How long asks took, in milliseconds. */
export type Timings = { p50: number; p95: number; worst: number; asked: number; failed: number };

/** Asks of the product as an outside system would, and how long each took. */
export interface Asking {
  /** The header's value. */
  authorization: string;
  /** @throws when there is no answer, or one that is no 2xx */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

/** @param authorization the header's value */
export function askingOf(url: string, authorization: string): Asking {
  return {
    authorization,
    async ask(method, path, body) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        // By itself it says no more than that it failed.
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        throw new Error(`${method} ${path}: no answer, ${String(cause)}`, { cause });
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
      return text === '' ? null : JSON.parse(text);
    },
  };
}

/** The time one piece of work takes, in milliseconds. */
export async function took(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Asks again and again, one after the other. */
export async function repeated(times: number, work: (turn: number) => Promise<unknown>): Promise<Timings> {
  const all: number[] = [];
  for (let turn = 0; turn < times; turn++) all.push(await took(() => work(turn)));
  return timings(all, 0);
}

/**
 * Asks at a steady pace until told to stop, whether or not the last is answered: a slow answer delays no other ask and
 * hides none.
 */
export function atPace(perSecond: number, work: (turn: number) => Promise<unknown>): { stop(): Promise<Timings> } {
  const all: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  let running = true;
  const pacing = (async () => {
    const begin = performance.now();
    for (let turn = 0; running; turn++) {
      const asked = took(() => work(turn)).then(
        (ms) => void all.push(ms),
        () => void failed++,
      );
      open.add(asked);
      void asked.then(() => open.delete(asked));
      await pause(Math.max(0, begin + ((turn + 1) * 1_000) / perSecond - performance.now()));
    }
  })();
  return {
    async stop() {
      running = false;
      await pacing;
      await Promise.all(open);
      return timings(all, failed);
    },
  };
}

function timings(all: readonly number[], failed: number): Timings {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), worst: at(1), asked: all.length + failed, failed };
}

/** Seconds of processor time each process has used so far; empty where the system does not tell. */
export function cpuSeconds(pids: Record<string, number>): Record<string, number> {
  const TICKS_PER_SECOND = 100;
  return Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        return [[name, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND]];
      } catch {
        return [];
      }
    }),
  );
}
