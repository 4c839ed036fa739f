import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { birthOf } from '#engine/local/birth.ts';
import { clearCensus, type Resident, writeCensus } from '#engine/local/census.ts';
import { keep, type Keeper } from '#engine/local/keeper.ts';
import type { Part } from '#engine/local/part.ts';
import type { Voice } from '#engine/local/voice.ts';

/** Keeps parts running until told to stop. */
export interface Supervisor {
  /** Starts a part and waits until it serves. @throws Trouble when it ends or does not serve in time */
  start(part: Part): Promise<void>;
  /** Stops every part, the highest tier first. */
  stop(): Promise<void>;
  /** The process that runs a part at this moment; none between two runs. */
  pidOf(name: string): number | undefined;
}

/** Supervises parts, after stopping what an earlier supervisor of this folder left running. */
export async function createSupervisor(folder: string, voice: Voice): Promise<Supervisor> {
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });
  const left = await clearCensus(folder);
  if (left.length > 0) voice.say(`Stopped what an earlier start had left running: ${left.join(', ')}.`);
  const keepers: Keeper[] = [];
  let stopping = false;
  const changed = () => writeCensus(folder, keepers.flatMap(residentOf));
  changed();
  const reaper = spawnReaper(folder);

  return {
    async start(part) {
      if (stopping) throw new Error(`${part.name} is not started: everything is being stopped.`);
      const keeper = keep(part, { logFolder, voice, changed });
      keepers.push(keeper);
      changed();
      await keeper.serving.catch(async (error: unknown) => {
        // One that was only late still runs.
        await keeper.stop();
        keepers.splice(keepers.indexOf(keeper), 1);
        changed();
        throw error;
      });
    },
    async stop() {
      stopping = true;
      const tiers = [...new Set(keepers.map(({ part }) => part.tier))].toSorted((a, b) => b - a);
      for (const tier of tiers) {
        await Promise.all(keepers.filter(({ part }) => part.tier === tier).map((keeper) => keeper.stop()));
      }
      reaper.ref();
      const reaped = once(reaper, 'exit');
      if (reaper.connected) reaper.disconnect();
      if (reaper.exitCode === null && reaper.signalCode === null) await reaped;
    },
    pidOf: (name) => keepers.find(({ part }) => part.name === name)?.pid(),
  };
}

function residentOf(keeper: Keeper): Resident[] {
  const pid = keeper.pid();
  const birth = pid === undefined ? undefined : birthOf(pid);
  if (pid === undefined || birth === undefined) return [];
  return [{ name: keeper.part.name, tier: keeper.part.tier, pid, birth }];
}

function spawnReaper(folder: string): ChildProcess {
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reaper.ts', import.meta.url)), folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  reaper.unref();
  reaper.channel?.unref();
  return reaper;
}
