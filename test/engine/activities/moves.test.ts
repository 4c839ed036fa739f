import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import { createMoves } from '#engine/activities/moves.ts';
import { nativeOf } from '#engine/models/native.ts';
import { openModels } from '../../support/mongo.ts';

let opened: Awaited<ReturnType<typeof openModels>>;
beforeAll(async () => {
  opened = await openModels();
});
afterAll(() => opened.close());

const at = new Date('2026-03-10T09:00:00Z');

/** Runs as they stand in a group before a batch: of them only what its writes ask for. */
async function standing(ids: readonly string[]): Promise<Enrollment[]> {
  const rows = ids.map((_id) => ({ _id, group: 'g', seq: 3, state: 'active', node: 'hello', batch: null, path: [] }));
  await nativeOf(opened.models.enrollments).insertMany(rows as unknown as Enrollment[]);
  return rows as unknown as Enrollment[];
}

async function stored(rows: readonly Enrollment[]) {
  const found = await opened.models.enrollments.find({ _id: { $in: rows.map(({ _id }) => _id) } }).lean<Enrollment[]>();
  return new Map(found.map((row) => [row._id, row]));
}

test('everyone gets what was decided for them, however many are alike and in whatever order', async () => {
  const rows = await standing(Array.from({ length: 120 }, (_, index) => `run-${index}`));
  const moves = createMoves(opened.models);
  // Kinds that differ in an instant, in a list, and in a way alone; more of them than are held in sight.
  const wanted = rows.map((row, index) => ({
    row,
    set: { due: new Date(at.getTime() + (index % 40) * 1_000), awaits: index % 3 === 0 ? [] : ['Order Completed'] },
    path: { node: 'hello', edge: index % 2 === 0 ? 'next' : 'else', at },
  }));
  moves.decide('batch', wanted);
  await moves.write();

  const now = await stored(rows);
  for (const { row, set, path } of wanted)
    expect(now.get(row._id)).toMatchObject({ ...set, seq: 4, batch: 'batch', path: [{ ...path, batch: 'batch' }] });
  expect(moves.kept(rows)).toHaveLength(rows.length);
});

test('whoever was moved by another, or deleted, is lost; the others are not', async () => {
  const rows = await standing(['mine', 'anothers', 'gone']);
  const { enrollments } = opened.models;
  const moves = createMoves(opened.models);
  moves.decide(
    'batch-2',
    rows.map((row) => ({ row, set: { node: 'pause' } })),
  );
  await enrollments.updateOne({ _id: 'anothers' }, { $set: { seq: 4, state: 'exited' } });
  await enrollments.deleteOne({ _id: 'gone' });
  await moves.write();

  expect(moves.kept(rows).map(({ _id, node }) => [_id, node])).toEqual([['mine', 'pause']]);
  expect((await stored(rows)).get('anothers')).toMatchObject({ state: 'exited', node: 'hello', batch: null });
});
