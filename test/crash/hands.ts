import { setTimeout as pause } from 'node:timers/promises';
import { birthOf } from '#engine/local/birth.ts';
import { writeCensus } from '#engine/local/census.ts';
import { launch, type Part, type Run } from '#engine/local/part.ts';
import { createSupervisor, type Supervisor } from '#engine/local/supervisor.ts';
import { createVoice } from '#engine/local/voice.ts';

/** Starts and ends parts when told to, where a supervisor would start again whatever ends. */
export interface Hands extends Supervisor {
  /** Starts a known part again, with these variables on top. */
  again(name: string, env?: Record<string, string>): Promise<void>;
  signal(name: string, signal: NodeJS.Signals): void;
  /** Ends a part at once and waits until it is gone. */
  kill(name: string): Promise<void>;
  /** Resolves when the part's process has ended, by whatever. */
  gone(name: string): Promise<string>;
}

/** Keeps nothing alive by itself; what still runs when this process dies is ended by the supervisor's reaper. */
export async function createHands(folder: string): Promise<Hands> {
  const reaping = await createSupervisor(
    folder,
    createVoice(() => {}),
  );
  const parts = new Map<string, Part>();
  const runs = new Map<string, Run>();

  const note = (): void =>
    writeCensus(
      folder,
      [...runs].flatMap(([name, { pid = 0 }]) => {
        const birth = birthOf(pid);
        return birth === undefined ? [] : [{ name, pid, birth, tier: 0 }];
      }),
    );

  async function run(part: Part): Promise<void> {
    const current = launch(part, `${folder}/logs`);
    runs.set(part.name, current);
    note();
    const enough = new AbortController();
    const ended = current.ended.then(({ how, lastLines }) => {
      if (runs.get(part.name) === current) runs.delete(part.name);
      note();
      if (!enough.signal.aborted) throw new Error(`${part.name} ended (${how}): ${lastLines.join('\n')}`);
    });
    await Promise.race([part.ready?.(enough.signal), ended]);
    enough.abort();
  }

  const runOf = (name: string): Run => {
    const found = runs.get(name);
    if (!found) throw new Error(`${name} does not run.`);
    return found;
  };
  const kill = async (name: string): Promise<void> => {
    const found = runOf(name);
    found.signal('SIGKILL');
    await found.ended;
  };

  return {
    start(part) {
      parts.set(part.name, part);
      return run(part);
    },
    async again(name, env = {}) {
      const part = parts.get(name);
      if (!part) throw new Error(`There is no ${name}.`);
      await run({ ...part, env: { ...part.env, ...env } });
    },
    signal: (name, signal) => runOf(name).signal(signal),
    kill,
    gone: async (name) => (await runs.get(name)?.ended)?.how ?? 'gone',
    pidOf: (name) => runs.get(name)?.pid,
    async stop() {
      await Promise.all([...runs.keys()].map(kill));
      await pause(0);
      await reaping.stop();
    },
  };
}
