import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';

/** What a batch wants to do to one row, as it read it. */
export type Move = { row: Enrollment; set: Partial<Enrollment>; path?: Omit<PathEntry, 'batch'> };

/**
 * Writes a batch's moves by compare-and-set on group and seq, and answers the rows that now carry them.
 * Whoever was moved by someone else in between is left alone and missing from the answer.
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
  const done = await models.enrollments.collection.bulkWrite(
    moves.map(({ row, set, path }) => ({
      updateOne: {
        filter: { _id: row._id, group: row.group, seq: row.seq, state: 'active' },
        update: { $set: { ...set, batch, seq: row.seq + 1 }, ...(path && { $push: { path: { ...path, batch } } }) },
      },
    })) as never,
    { ordered: false },
  );
  if (done.modifiedCount === moves.length) return written;
  const ids = moves.map(({ row }) => row._id);
  const now = await models.enrollments.find({ _id: { $in: ids }, batch }).lean<Enrollment[]>();
  const expected = new Map(written.map((row) => [row._id, row.seq]));
  return now.filter((row) => row.seq === expected.get(row._id));
}
