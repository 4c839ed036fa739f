import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Config, programFolders } from '#engine/config.ts';

const run = promisify(execFile);

/** The path of the first of these programs that is on PATH and may be run. */
export function findProgram(config: Config, ...names: string[]): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const paths = names.flatMap((name) =>
    programFolders(config).flatMap((folder) => endings.map((ending) => join(folder, name + ending))),
  );
  return paths.find(isRunnable);
}

/** Whether a path is a file that may be run. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * What a program says about its version; proof that it runs on this machine at all.
 * @throws Error when it does not run
 */
export async function versionOf(program: string): Promise<string> {
  const { stdout } = await run(program, ['--version'], { timeout: 30_000 });
  return stdout.trim();
}
