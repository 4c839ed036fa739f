import type { IndexSpec } from './index-spec.ts';
import { numberAt, type Sqlite } from './sqlite.ts';

/** An index in SQLite: a table of key and row id, clustered by key. */
export class IndexTable {
  readonly id: number;
  readonly spec: IndexSpec;
  readonly table: string;
  /** The top-level fields it depends on. */
  readonly roots: ReadonlySet<string>;
  /** Some document has or had a list on an indexed path. */
  multikey: boolean;
  dropped = false;
  readonly #sqlite: Sqlite;
  readonly #addSql: string;
  readonly #removeSql: string;
  readonly #holderSql: string;

  constructor(sqlite: Sqlite, stored: { id: number; spec: IndexSpec; multikey: boolean }) {
    this.#sqlite = sqlite;
    this.id = stored.id;
    this.spec = stored.spec;
    this.multikey = stored.multikey;
    this.roots = new Set(stored.spec.fields.map(({ parts }) => parts[0] ?? ''));
    this.table = `index_${stored.id}`;
    // Composed once: building SQL text for each row showed in profiles.
    this.#addSql = `INSERT INTO ${this.table}(key, row_id) VALUES(?, ?)`;
    this.#removeSql = `DELETE FROM ${this.table} WHERE key = ? AND row_id = ?`;
    this.#holderSql = `SELECT row_id FROM ${this.table} WHERE key = ?`;
  }

  define(): void {
    const primaryKey = this.spec.unique ? 'key' : 'key, row_id';
    this.#sqlite.define(
      `CREATE TABLE ${this.table}(key BLOB NOT NULL, row_id INTEGER NOT NULL, PRIMARY KEY(${primaryKey})) WITHOUT ROWID`,
    );
  }

  drop(): void {
    this.dropped = true;
    this.#sqlite.define(`DROP TABLE ${this.table}`);
  }

  /** Whether a unique index has one of the keys for another row. Asked before anything is written. */
  isTaken(keys: readonly Buffer[], byOtherThan: number): boolean {
    if (!this.spec.unique) return false;
    return keys.some((key) => {
      const row = this.#sqlite.statement(this.#holderSql).get(key);
      return row !== undefined && numberAt(row, 0) !== byOtherThan;
    });
  }

  add(key: Buffer, rowId: number): void {
    this.#sqlite.statement(this.#addSql).run(key, rowId);
  }

  remove(key: Buffer, rowId: number): void {
    this.#sqlite.statement(this.#removeSql).run(key, rowId);
  }

  markMultikey(): void {
    if (this.multikey) return;
    this.#sqlite.statement('UPDATE indexes SET multikey = 1 WHERE id = ?').run(this.id);
    this.multikey = true;
  }
}
