import { decode, encode, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { Collection } from './collection.ts';
import { describeIndex, readIndexSpec, type IndexSpec } from './index-spec.ts';
import { IndexTable } from './index-table.ts';
import { bytesAt, numberAt, textAt, type Sqlite } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS collections(id INTEGER PRIMARY KEY, namespace TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS indexes(
    id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL);
`;

/** Which collections and indexes there are. SQLite holds the truth, the map here is a copy for speed. */
export class Catalog {
  readonly #sqlite: Sqlite;
  #collections = new Map<string, Collection>();

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
    sqlite.define(SCHEMA);
    this.reload();
  }

  /** Reads the copy anew, as is needed after a rollback has undone what it shows already. */
  reload(): void {
    const indexes = this.#sqlite.statement('SELECT id, collection, spec, multikey FROM indexes ORDER BY id').all();
    const collections = this.#sqlite.statement('SELECT id, namespace FROM collections ORDER BY id').all();
    this.#collections = new Map();
    for (const row of collections) {
      const id = numberAt(row, 0);
      const own = indexes.filter((index) => numberAt(index, 1) === id).map((index) => this.#indexTable(index));
      this.#remember(new Collection(this.#sqlite, { id, namespace: textAt(row, 1), indexes: own }));
    }
  }

  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`);
  }

  /** Writing to a collection creates it. */
  findOrCreate(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name);
  }

  create(db: string, name: string): Collection {
    const namespace = `${db}.${name}`;
    if (!db || !name || namespace.includes('\0') || name.startsWith('.') || name.startsWith('system.'))
      throw new Fault('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
    const { lastInsertRowid } = this.#sqlite.statement('INSERT INTO collections(namespace) VALUES(?)').run(namespace);
    const collection = new Collection(this.#sqlite, { id: Number(lastInsertRowid), namespace, indexes: [] });
    collection.define();
    this.#remember(collection);
    return collection;
  }

  drop(collection: Collection): void {
    collection.drop();
    this.#sqlite.statement('DELETE FROM indexes WHERE collection = ?').run(collection.id);
    this.#sqlite.statement('DELETE FROM collections WHERE id = ?').run(collection.id);
    this.#collections.delete(collection.namespace);
  }

  /** Declares an index and builds it over what the collection holds. */
  createIndex(collection: Collection, spec: IndexSpec): void {
    const sql = 'INSERT INTO indexes(collection, spec, multikey) VALUES(?, ?, 0)';
    const { lastInsertRowid } = this.#sqlite.statement(sql).run(collection.id, encode(describeIndex(spec)));
    collection.addIndex(new IndexTable(this.#sqlite, { id: Number(lastInsertRowid), spec, multikey: false }));
  }

  dropIndex(collection: Collection, index: IndexTable): void {
    collection.removeIndex(index);
    this.#sqlite.statement('DELETE FROM indexes WHERE id = ?').run(index.id);
  }

  /** The collections of one database, or of all. */
  list(db?: string): Collection[] {
    return [...this.#collections.values()].filter((collection) => db === undefined || collection.db === db);
  }

  #remember(collection: Collection): void {
    this.#collections.set(collection.namespace, collection);
  }

  #indexTable(row: unknown): IndexTable {
    const spec: Doc = decode(bytesAt(row, 2));
    return new IndexTable(this.#sqlite, {
      id: numberAt(row, 0),
      spec: readIndexSpec(spec),
      multikey: numberAt(row, 3) === 1,
    });
  }
}
