import { setTimeout as pause } from 'node:timers/promises';
import { GRACE_MS } from '#engine/local/census.ts';
import { launch, type Part, type Run } from '#engine/local/part.ts';
import { Trouble } from '#engine/local/trouble.ts';
import type { Voice } from '#engine/local/voice.ts';

const READY_WITHIN_MS = 90_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_AFTER_MS = 60_000;

/** Keeps one part running: starts it again whenever it ends, however often, until told to stop. */
export interface Keeper {
  part: Part;
  /** The process that runs the part now; none between two runs. */
  pid(): number | undefined;
  /** Resolves once the part serves for the first time. @throws Trouble when it ends or does not serve in time */
  serving: Promise<void>;
  stop(): Promise<void>;
}

/** What a keeper needs from its surroundings; `changed` is told whenever a process began or ended. */
export interface Surroundings {
  logFolder: string;
  voice: Voice;
  changed(): void;
}

/** Runs a part, and starts it again whenever it ends after it served, until it is stopped. */
export function keep(part: Part, { logFolder, voice, changed }: Surroundings): Keeper {
  const stopping = new AbortController();
  let run: Run | undefined;
  let served = false;
  let said = '';
  const log = `${logFolder}/${part.name}.log`;

  async function runOnce(): Promise<{ how: string; lastLines: string[] }> {
    const current = launch(part, logFolder);
    run = current;
    changed();
    const ended = await current.ended;
    run = undefined;
    changed();
    return ended;
  }

  async function runAgain(ended: { how: string; lastLines: string[] }, failures: number): Promise<void> {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    voice.say(`${part.name} ended (${ended.how}); it starts again in ${pauseMs / 1000} s. Its log: ${log}`);
    const gist = gistOf(ended.lastLines);
    if (failures > 0 && gist !== said) voice.say(`  ${gist}`);
    said = gist;
    await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return;
    const startedAt = Date.now();
    const again = runOnce();
    void part.ready?.(stopping.signal).then(() => run !== undefined && voice.say(`${part.name} serves again`));
    const next = await again;
    if (stopping.signal.aborted) return;
    await runAgain(next, Date.now() - startedAt > STEADY_AFTER_MS ? 0 : failures + 1);
  }

  const firstRun = runOnce();
  const over = firstRun.then((ended) => (served && !stopping.signal.aborted ? runAgain(ended, 0) : undefined));
  const serving = firstServing(part, firstRun, log).then(() => {
    served = true;
  });

  return {
    part,
    pid: () => run?.pid,
    serving,
    async stop() {
      stopping.abort();
      run?.signal('SIGTERM');
      const impatience = setTimeout(() => run?.signal('SIGKILL'), GRACE_MS);
      await over;
      clearTimeout(impatience);
    },
  };
}

async function firstServing(part: Part, firstRun: Promise<{ how: string; lastLines: string[] }>, log: string) {
  const enough = new AbortController();
  const failed = firstRun.then(({ how, lastLines }) => {
    throw new Trouble(`${part.name} ended before it served (${how}). Its last lines, from ${log}:`, lastLines);
  });
  const late = pause(READY_WITHIN_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Trouble(`${part.name} did not serve within ${READY_WITHIN_MS / 1000} s. Its log: ${log}`);
  });
  try {
    await Promise.race([part.ready?.(enough.signal) ?? Promise.resolve(), failed, late]);
  } finally {
    enough.abort();
    await Promise.allSettled([late]);
    failed.catch(() => {});
  }
}

/** The line that most likely says why, rather than the stack below it. */
function gistOf(lines: readonly string[]): string {
  return (lines.find((line) => /error|cannot|fail/i.test(line)) ?? lines.at(-1) ?? 'It said nothing.').trim();
}
