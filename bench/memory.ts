import { readFileSync } from 'node:fs';

const KB = 1_024;

/** Memory a process holds now; 0 where it is gone or the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * KB;
  } catch {
    return 0;
  }
}

/** Watches how much memory each process holds, a few times a second, until told to stop: the most of each, in bytes. */
export function watchMemory(pids: () => Record<string, number>): { peaks(): Record<string, number>; stop(): void } {
  const peaks: Record<string, number> = {};
  const look = () => {
    for (const [name, pid] of Object.entries(pids())) {
      peaks[name] = Math.max(peaks[name] ?? 0, residentBytes(pid));
    }
  };
  const watching = setInterval(look, 200);
  return {
    peaks() {
      look();
      return { ...peaks };
    },
    stop: () => clearInterval(watching),
  };
}
