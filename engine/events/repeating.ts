import { setTimeout as pause } from 'node:timers/promises';

/** Does something again and again with a pause between, never twice at once, until stopped. */
export function repeating(everyMs: number, turn: () => Promise<void>): { start(): void; stop(): Promise<void> } {
  let running: { stop: AbortController; ended: Promise<void> } | null = null;

  async function run({ signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      const rested = await pause(everyMs, true, { signal, ref: false }).catch(() => false);
      if (rested) await turn();
    }
  }

  return {
    start() {
      if (running) return;
      const stop = new AbortController();
      running = { stop, ended: run(stop) };
    },
    async stop() {
      running?.stop.abort();
      await running?.ended;
      running = null;
    },
  };
}
