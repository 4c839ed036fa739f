import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthOf } from '#engine/local/birth.ts';
import { Trouble } from '#engine/local/trouble.ts';

/**
 * Takes a folder for this process alone, until it lets go or dies.
 * @returns what lets go of it
 * @throws Trouble when another living process holds it
 */
export function holdFolder(folder: string): () => void {
  const path = join(folder, 'running.pid');
  const mine = `${process.pid} ${birthOf(process.pid) ?? ''}`;
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    refuseWhenHeld(folder, path);
    rmSync(path, { force: true });
  }
}

function refuseWhenHeld(folder: string, path: string): void {
  const [pid = '', birth = ''] = readFileSync(path, 'utf8').split(' ', 2);
  if (birthOf(Number(pid)) !== birth) return;
  throw new Trouble(`Pasture already runs on ${folder} (process ${pid}).`, [
    'Stop that one first, or give this one a folder and ports of its own:',
    'DATA_DIR=other PORT=3001 TEMPORAL_PORT=7833 MONGODB_PORT=27317 INBOX_PORT=2625 npm start',
  ]);
}
