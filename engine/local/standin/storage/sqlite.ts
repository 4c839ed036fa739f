import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** SQLite has undone the whole transaction by itself, as it does when the disk refuses; `cause` says why. */
export class TurnLost extends Error {
  constructor(cause: unknown) {
    super('the transaction is lost', { cause });
    this.name = 'TurnLost';
  }
}

/** The SQLite file: its settings, prepared statements and transactions. */
export class Sqlite {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    // EXCLUSIVE: one process owns the file, and a second one fails instead of breaking what this one
    // has cached; a crash leaves no lock behind. NORMAL: commits do not wait for the disk, Flush does.
    // A long log: what is written again and again within its 64 MB goes to the file once.
    this.#database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 16000;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -8192;
      PRAGMA temp_store = MEMORY;
      BEGIN IMMEDIATE; COMMIT;
    `);
  }

  /** A prepared statement whose rows come as arrays; kept, since the texts are few for each table. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** For schema changes; a statement on a dropped table would be stale, so none is kept across one. */
  define(sql: string): void {
    this.#statements.clear();
    this.#database.exec(sql);
  }

  begin(): void {
    this.statement('BEGIN IMMEDIATE').run();
  }

  commit(): void {
    this.statement('COMMIT').run();
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  /** Runs `work` so that it happens whole or, when it throws, not at all. */
  whole<T>(work: () => T): T {
    this.statement('SAVEPOINT whole').run();
    try {
      const result = work();
      this.statement('RELEASE whole').run();
      return result;
    } catch (error) {
      if (!this.#database.isTransaction) throw new TurnLost(error);
      this.#database.exec('ROLLBACK TO whole; RELEASE whole');
      throw error;
    }
  }

  /** Closing moves the log into the main file. */
  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/** A column of a row that was read as an array, checked for being bytes. */
export function bytesAt(row: unknown, column: number): Uint8Array {
  const value: unknown = Array.isArray(row) ? row[column] : undefined;
  if (value instanceof Uint8Array) return value;
  throw new Error(`column ${column} holds no bytes`);
}

/** A column of a row that was read as an array, as a number; of an empty column, 0. */
export function numberAt(row: unknown, column: number): number {
  return Number(Array.isArray(row) ? row[column] : Number.NaN);
}

/** A row's column as text. */
export function textAt(row: unknown, column: number): string {
  return String(Array.isArray(row) ? row[column] : '');
}
