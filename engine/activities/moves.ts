import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import { crashPoint, isArmed } from '../crash-points.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

/** What a batch wants to do to one row, as it read it. */
export type Move = { row: Enrollment; set: Partial<Enrollment>; path?: Omit<PathEntry, 'batch'> };

/**
 * Writes a batch's moves by compare-and-set on group and seq, and answers the rows that carry them, also where an
 * earlier attempt wrote them or the person has gone since. Whoever was moved by someone else first is left alone.
 */
export async function writeMoves(
  models: Pick<Models, 'enrollments'>,
  batch: string,
  moves: Move[],
): Promise<Enrollment[]> {
  if (moves.length === 0) return [];
  const written = moves.map(({ row, set, path }): Enrollment => ({
    ...row,
    ...set,
    batch,
    seq: row.seq + 1,
    path: path ? [...row.path, { ...path, batch }] : row.path,
  }));
  const writes = moves.map(({ row, set, path }) => ({
    updateOne: {
      filter: { _id: row._id, group: row.group, seq: row.seq, state: 'active' as const },
      update: { $set: { ...set, batch, seq: row.seq + 1 }, ...(path && { $push: { path: { ...path, batch } } }) },
    },
  }));
  if (isArmed('half-moved') && writes.length > 1) {
    await nativeOf(models.enrollments).bulkWrite(writes.slice(0, writes.length >> 1), { ordered: false });
    crashPoint('half-moved');
  }
  const done = await nativeOf(models.enrollments).bulkWrite(writes, { ordered: false });
  if (done.modifiedCount === moves.length) return written;
  const ids = moves.map(({ row }) => row._id);
  const now = await models.enrollments.find({ _id: { $in: ids } }).lean<Enrollment[]>();
  return now.filter((row) => carries(row, batch));
}

/** A node in the path under this id was decided by this batch; one in `batch` was at least registered or put off by it. */
export function carries(row: Enrollment, id: string): boolean {
  return row.batch === id || row.path.some((entry) => entry.batch === id);
}
