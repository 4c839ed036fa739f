import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '#engine/local/trouble.ts';

const REMEMBERED_MS = 4 * 3_600_000;

/**
 * Downloads something, unless the same download was refused a few hours ago: on a closed network that would only cost time.
 * @param name names the download within the cache folder
 * @throws Error with the reason, now or then
 */
export async function downloadUnlessRefused<T>(cache: string, name: string, download: () => Promise<T>): Promise<T> {
  const note = join(cache, 'refused', name);
  const refusedAt = statSync(note, { throwIfNoEntry: false })?.mtime;
  if (refusedAt !== undefined && Date.now() - refusedAt.getTime() < REMEMBERED_MS) {
    throw new Error(`refused at ${refusedAt.toLocaleTimeString()}, not tried again yet (to try now, delete ${note})`);
  }
  try {
    const result = await download();
    rmSync(note, { force: true });
    return result;
  } catch (error) {
    mkdirSync(join(cache, 'refused'), { recursive: true });
    writeFileSync(note, reasonOf(error));
    throw error;
  }
}
