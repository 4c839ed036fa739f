import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import { crashPoint, isArmed } from '../crash-points.ts';
import type { Models } from '../models/index.ts';
import { byCommands, type UpdateStatement, updateRows } from '../models/native.ts';

/** What a batch wants to do to one row, as it stands. */
export type Move = { row: Enrollment; set: Partial<Enrollment>; path?: Omit<PathEntry, 'batch'> };

/** The moves of a page of people: decided batch by batch, and written together. */
export interface Moves {
  /** Takes down what a batch decided; answers the rows as they will be. */
  decide(batch: string, moves: readonly Move[]): Enrollment[];
  /** Writes what was decided since the last time, each row once; whoever was moved by someone else first is lost. */
  write(): Promise<void>;
  /** Of these rows those that were not lost, as they are after all that was decided and written. */
  kept(rows: readonly Enrollment[]): Enrollment[];
}

/** What is decided about one row and not written yet. */
type Pending = { from: Enrollment; set: Partial<Enrollment>; path: PathEntry[]; batch: string };

/** Begins with nothing decided. */
export function createMoves(models: Pick<Models, 'enrollments'>): Moves {
  const pending = new Map<string, Pending>();
  const latest = new Map<string, Enrollment | null>();

  function decideOne(batch: string, { row, set, path }: Move): Enrollment {
    const before = pending.get(row._id);
    const from = before?.from ?? row;
    const passed = path ? [{ ...path, batch }] : [];
    const will = { ...row, ...set, batch, seq: from.seq + 1, path: [...row.path, ...passed] };
    pending.set(row._id, {
      from,
      set: { ...before?.set, ...set },
      path: [...(before?.path ?? []), ...passed],
      batch,
    });
    latest.set(row._id, will);
    return will;
  }

  return {
    decide: (batch, moves) => moves.map((move) => decideOne(batch, move)),
    async write() {
      const written = [...pending.values()];
      const lost = await writeAll(models, written);
      for (const [id, row] of lost) latest.set(id, row);
      pending.clear();
    },
    kept: (rows) =>
      rows.flatMap((row) => {
        const now = latest.get(row._id);
        return now === undefined ? row : (now ?? []);
      }),
  };
}

const ACTIVE = 'active' as const;

/** Answers the rows that are not as they were to be, null where somebody else was first. */
async function writeAll(
  { enrollments }: Pick<Models, 'enrollments'>,
  moves: readonly Pending[],
): Promise<Map<string, Enrollment | null>> {
  if (moves.length === 0) return new Map();
  if (isArmed('half-moved') && moves.length > 1) {
    await updateRows(enrollments, statementsOf(moves.slice(0, moves.length >> 1)));
    crashPoint('half-moved');
  }
  const done = await byCommands(moves, (some) => updateRows(enrollments, statementsOf(some)));
  if (done.reduce((sum, { changed }) => sum + changed, 0) === moves.length) return new Map();
  const rows = await enrollments.find({ _id: { $in: moves.map(({ from }) => from._id) } }).lean<Enrollment[]>();
  const now = new Map(rows.map((row) => [row._id, row]));
  return new Map(
    moves.map(({ from: { _id }, batch }) => {
      const row = now.get(_id);
      return [_id, row && carries(row, batch) ? row : null];
    }),
  );
}

/** Most of a page moves alike: one statement for all to whom the same happens. */
function statementsOf(moves: readonly Pending[]): UpdateStatement<Enrollment>[] {
  const alike = Map.groupBy(moves, ({ from: { group, seq }, set, path, batch }) =>
    likeness([group, seq, batch, set, path]),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { from, set, path, batch } = first;
    return {
      q: { _id: { $in: same.map((move) => move.from._id) }, group: from.group, seq: from.seq, state: ACTIVE },
      u: {
        $set: { ...set, batch, seq: from.seq + 1 },
        ...(path.length > 0 && { $push: { path: { $each: path } } }),
      },
      multi: true,
    };
  });
}

/** The same text for equal values of fields, and for those alone; several times as fast as JSON, which spells dates out. */
function likeness(value: unknown): string {
  if (typeof value === 'string') return `${value.length}"${value}`;
  if (value instanceof Date) return `@${value.getTime()}`;
  if (typeof value !== 'object' || value === null) return `:${String(value)}`;
  let text = Array.isArray(value) ? '[' : '{';
  for (const [name, part] of Object.entries(value)) text += `${name}=${likeness(part)}`;
  return `${text};`;
}

/** A node in the path under this id was decided by this batch; one in `batch` was at least registered or put off by it. */
export function carries(row: Enrollment, id: string): boolean {
  return row.batch === id || row.path.some((entry) => entry.batch === id);
}
