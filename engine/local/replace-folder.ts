import { renameSync, rmSync } from 'node:fs';

/**
 * Puts a finished folder where another stands, so that whoever reads there finds one or the other, never half of one.
 * @param fresh the finished folder, on the same disk; it is moved
 * @param place where it belongs, whether or not something stands there
 */
export function replaceFolder(fresh: string, place: string): void {
  const old = `${fresh}-old`;
  for (;;) {
    moveIfThere(place, old);
    try {
      renameSync(fresh, place);
      rmSync(old, { recursive: true, force: true });
      return;
    } catch (error) {
      // Another build was put there in between; this one is newer.
      if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
      rmSync(old, { recursive: true, force: true });
    }
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
