import type { Enrollment, PathEntry } from '#shared/enrollment.ts';
import { crashPoint, isArmed } from '../crash-points.ts';
import type { Models } from '../models/index.ts';
import { byCommands, readByIds, type UpdateStatement, updateRows } from '../models/native.ts';

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
  const ids = moves.map(({ from }) => from._id);
  const rows = await readByIds<Enrollment>(enrollments, ids);
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
  return alike(moves).map(({ like: { from, set, path, batch }, ids }) => ({
    q: { _id: { $in: ids }, group: from.group, seq: from.seq, state: ACTIVE },
    u: {
      $set: { ...set, batch, seq: from.seq + 1 },
      ...(path.length > 0 && { $push: { path: { $each: path } } }),
    },
    multi: true,
  }));
}

/** A move is held against so many that came before: where hardly any two are alike, looking for more costs more than it saves. */
const KINDS_IN_SIGHT = 16;

function alike(moves: readonly Pending[]): { like: Pending; ids: string[] }[] {
  const kinds: { like: Pending; ids: string[] }[] = [];
  for (const move of moves) {
    const kind = kinds.slice(-KINDS_IN_SIGHT).find(({ like }) => isSame(like, move));
    if (kind) kind.ids.push(move.from._id);
    else kinds.push({ like: move, ids: [move.from._id] });
  }
  return kinds;
}

function isSame(one: Pending, other: Pending): boolean {
  return (
    one.from.group === other.from.group &&
    one.from.seq === other.from.seq &&
    one.batch === other.batch &&
    isEqual(one.set, other.set) &&
    isEqual(one.path, other.path)
  );
}

/** Of values as they are stored; a quarter of what the general comparison of Node takes. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (!isObject(one) || !isObject(other)) return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

/** A node in the path under this id was decided by this batch; one in `batch` was at least registered or put off by it. */
export function carries(row: Enrollment, id: string): boolean {
  return row.batch === id || row.path.some((entry) => entry.batch === id);
}
