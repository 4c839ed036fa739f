import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks again and again until there is an answer.
 * @throws Error that says what was waited for, when it does not come in time
 */
export async function until<Found>(
  what: string,
  { seconds, everyMs = 100 }: { seconds: number; everyMs?: number },
  look: () => Promise<Found | null>,
): Promise<Found> {
  const endsAt = performance.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > endsAt) throw new Error(`Waited ${seconds} s for ${what}, in vain.`);
    await pause(everyMs);
  }
}
