import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { birthOf } from '#engine/local/birth.ts';

/** How long a process may take to end after SIGTERM, in milliseconds. */
export const GRACE_MS = 15_000;

/** A process that was started here, and the tier in which it is stopped: the highest tier first. */
const Resident = z.object({ name: z.string(), pid: z.number().int(), birth: z.string(), tier: z.number() });
export type Resident = z.infer<typeof Resident>;

/** Writes down which processes run on a folder, so that whoever comes after a crash can stop them. */
export function writeCensus(folder: string, residents: readonly Resident[]): void {
  const path = censusPath(folder);
  writeFileSync(`${path}.new`, JSON.stringify(residents));
  renameSync(`${path}.new`, path);
}

/** The processes written down that still run. */
export function readCensus(folder: string): Resident[] {
  try {
    const written: unknown = JSON.parse(readFileSync(censusPath(folder), 'utf8'));
    return z.array(Resident).parse(written).filter(isAlive);
  } catch {
    return [];
  }
}

/**
 * Stops the processes that an earlier start left behind: the highest tier first, with grace, then by force.
 * @returns the names of those stopped
 */
export async function clearCensus(folder: string): Promise<string[]> {
  const left = readCensus(folder);
  const tiers = [...new Set(left.map((resident) => resident.tier))].toSorted((a, b) => b - a);
  for (const tier of tiers) await Promise.all(left.filter((resident) => resident.tier === tier).map(end));
  return left.map((resident) => resident.name);
}

async function end(resident: Resident): Promise<void> {
  signal(resident.pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (isAlive(resident) && Date.now() < deadline) await pause(50);
  if (isAlive(resident)) signal(resident.pid, 'SIGKILL');
}

function isAlive(resident: Resident): boolean {
  return birthOf(resident.pid) === resident.birth;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

function censusPath(folder: string): string {
  return join(folder, 'processes.json');
}
