import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** How often this DATA_DIR's processes have marked a workspace's database, as it stands on their own disk. */
export const Mark = z.object({ place: z.string(), workspace: z.string(), count: z.int(), at: z.coerce.date() });
export type Mark = z.infer<typeof Mark>;

const FILE = 'marks.json';

/** The last mark kept in a folder; null where none is, or none that can be read. */
export async function readMark(folder: string): Promise<Mark | null> {
  try {
    return Mark.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps a mark, whole or not at all. */
export async function writeMark(folder: string, mark: Mark): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `${FILE}.${process.pid}`);
  await writeFile(fresh, JSON.stringify(mark));
  await rename(fresh, join(folder, FILE));
}
