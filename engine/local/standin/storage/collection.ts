import { assertStorable, decode, encodeForStorage, type Doc } from '../bson/document.ts';
import { encodeValue } from '../bson/keys.ts';
import { pick, pickerFor, type Picker } from '../bson/pick.ts';
import type { Splice } from '../bson/splice.ts';
import { Fault } from '../faults.ts';
import { duplicateKey } from './duplicate-key.ts';
import { indexKeys, type IndexKeys } from './index-keys.ts';
import type { IndexTable } from './index-table.ts';
import { bytesAt, numberAt, type Sqlite } from './sqlite.ts';

export interface Row {
  readonly rowId: number;
  readonly bytes: Uint8Array;
}

/** A change to one document: the document after it, and whether it differs. May alter what it is given. */
export interface Change {
  /** The top-level fields it can touch; undefined: any. */
  readonly roots: ReadonlySet<string> | undefined;
  /** The same for all changes that can touch the same fields. */
  readonly kind: string;
  /** Top-level fields it puts in place of whatever is there. */
  readonly values: Doc;
  /** The same on the stored bytes, at a third of the cost, where a change is simple enough. */
  readonly splice: Splice | undefined;
  apply(doc: Doc): { readonly doc: Doc; readonly changed: boolean };
}

/** The indexes that a change may concern, and what of a document they list. */
interface Concerned {
  readonly indexes: readonly IndexTable[];
  readonly picker: Picker;
  /** The fields among these that it can touch; undefined: any. */
  readonly touched: readonly string[] | undefined;
}

const MOST_KINDS = 1_000;

type Listing = readonly [index: IndexTable, keys: IndexKeys];

/**
 * One collection: a table of documents, and the tables of its indexes. Row ids grow, so that a scan
 * meets documents in the order of insertion.
 */
export class Collection {
  readonly id: number;
  readonly namespace: string;
  readonly table: string;
  readonly sqlite: Sqlite;
  dropped = false;
  #indexes: readonly IndexTable[] = [];
  #picker: Picker = pickerFor(['_id']);
  /** By the fields a change can touch: an application makes few kinds of changes. */
  #concerned = new Map<string, Concerned>();
  // Composed once: building SQL text for each row shows in profiles.
  readonly #insertSql: string;
  readonly #updateSql: string;

  constructor(sqlite: Sqlite, stored: { id: number; namespace: string; indexes: readonly IndexTable[] }) {
    this.sqlite = sqlite;
    this.id = stored.id;
    this.namespace = stored.namespace;
    this.table = `documents_${stored.id}`;
    this.#insertSql = `INSERT INTO ${this.table}(id, doc) VALUES(?, ?) ON CONFLICT(id) DO NOTHING`;
    this.#updateSql = `UPDATE ${this.table} SET doc = ? WHERE row_id = ?`;
    this.#setIndexes(stored.indexes);
  }

  get db(): string {
    return this.namespace.slice(0, this.namespace.indexOf('.'));
  }

  get name(): string {
    return this.namespace.slice(this.namespace.indexOf('.') + 1);
  }

  get indexes(): readonly IndexTable[] {
    return this.#indexes;
  }

  define(): void {
    this.sqlite.define(
      `CREATE TABLE ${this.table}(row_id INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc BLOB NOT NULL)`,
    );
  }

  drop(): void {
    this.dropped = true;
    for (const index of this.#indexes) index.drop();
    this.sqlite.define(`DROP TABLE ${this.table}`);
  }

  /** Adds a document as the bytes it came in, whose _id comes first. @throws Fault DuplicateKey, and adds nothing */
  insert(bytes: Uint8Array): void {
    const doc = pick(bytes, this.#picker);
    const id = doc['_id'];
    if (Array.isArray(id)) throw new Fault('BadValue', "The '_id' value cannot be of type array");
    const listings = this.#listings(doc, this.#indexes);
    const { changes, lastInsertRowid } = this.sqlite.statement(this.#insertSql).run(encodeValue(id), bytes);
    if (changes === 0) throw duplicateKey(this.namespace, undefined, doc);
    const rowId = Number(lastInsertRowid);
    const clash = listings.find(([index, { keys }]) => index.isTaken(keys, rowId));
    if (clash) {
      // Undoing one row by hand costs a tenth of a savepoint around each.
      this.sqlite.statement(`DELETE FROM ${this.table} WHERE row_id = ?`).run(rowId);
      throw duplicateKey(this.namespace, clash[0].spec, doc);
    }
    for (const [index, { keys }] of listings) for (const key of keys) index.add(key, rowId);
    noteLists(listings);
  }

  /** Changes a stored document, touching only the index entries that differ. @throws Fault, and changes nothing */
  change({ rowId, bytes }: Row, change: Change): { readonly bytes: Uint8Array; readonly changed: boolean } {
    const after = changedBytes(bytes, change);
    if (after === bytes) return { bytes, changed: false };
    const { indexes, picker, touched } = this.#concernedBy(change);
    if (indexes.length > 0) {
      const before = pick(bytes, picker);
      const isKnown = touched?.every((name) => Object.hasOwn(change.values, name)) === true;
      this.#relist({ indexes, rowId }, before, isKnown ? { ...before, ...change.values } : pick(after, picker));
    }
    this.sqlite.statement(this.#updateSql).run(after, rowId);
    return { bytes: after, changed: true };
  }

  /** Brings the entries of a document up to date. @throws Fault DuplicateKey, and changes nothing */
  #relist({ indexes, rowId }: { indexes: readonly IndexTable[]; rowId: number }, before: Doc, after: Doc): void {
    const old = this.#listings(before, indexes);
    const listings = this.#listings(after, indexes);
    const clash = listings.find(([index, { keys }]) => index.isTaken(keys, rowId));
    if (clash) throw duplicateKey(this.namespace, clash[0].spec, after);
    for (let i = 0; i < listings.length; i++) {
      const [listing, former] = [listings[i], old[i]];
      if (!listing || !former) continue;
      const [index, { keys }] = listing;
      const oldKeys = former[1].keys;
      for (const key of oldKeys) if (!holds(keys, key)) index.remove(key, rowId);
      for (const key of keys) if (!holds(oldKeys, key)) index.add(key, rowId);
    }
    noteLists(listings);
  }

  remove({ rowId, bytes }: Row): void {
    const doc = pick(bytes, this.#picker);
    for (const [index, { keys }] of this.#listings(doc, this.#indexes))
      for (const key of keys) index.remove(key, rowId);
    this.sqlite.statement(`DELETE FROM ${this.table} WHERE row_id = ?`).run(rowId);
  }

  /** Builds an index over what is stored. @throws Fault DuplicateKey when what is stored breaks it */
  addIndex(index: IndexTable): void {
    index.define();
    const picker = pickerFor(pathsOf([index]));
    for (const row of this.sqlite.statement(`SELECT row_id, doc FROM ${this.table}`).iterate()) {
      const rowId = numberAt(row, 0);
      const doc = pick(bytesAt(row, 1), picker);
      const keys = indexKeys(index.spec, doc);
      if (index.isTaken(keys.keys, rowId)) throw duplicateKey(this.namespace, index.spec, doc);
      for (const key of keys.keys) index.add(key, rowId);
      noteLists([[index, keys]]);
    }
    this.#setIndexes([...this.#indexes, index]);
  }

  removeIndex(index: IndexTable): void {
    this.#setIndexes(this.#indexes.filter((other) => other !== index));
    index.drop();
  }

  #setIndexes(indexes: readonly IndexTable[]): void {
    this.#indexes = indexes;
    this.#picker = pickerFor(['_id', ...pathsOf(indexes)]);
    this.#concerned.clear();
  }

  #concernedBy(change: Change): Concerned {
    const known = this.#concerned.get(change.kind);
    if (known) return known;
    const indexes = this.#indexes.filter(({ roots }) => touches(change, roots));
    const roots = [...new Set(indexes.flatMap((index) => [...index.roots]))];
    const touched = change.roots && roots.filter((root) => change.roots?.has(root));
    const concerned = { indexes, picker: pickerFor(pathsOf(indexes)), touched };
    if (this.#concerned.size === MOST_KINDS) this.#concerned.clear();
    this.#concerned.set(change.kind, concerned);
    return concerned;
  }

  #listings(doc: Doc, indexes: readonly IndexTable[]): Listing[] {
    return indexes.map((index) => [index, indexKeys(index.spec, doc)]);
  }
}

function holds(keys: readonly Buffer[], key: Buffer): boolean {
  return keys.some((other) => other.equals(key));
}

/** The document after a change; the very bytes where it makes no difference. */
function changedBytes(bytes: Uint8Array, change: Change): Uint8Array {
  const spliced = change.splice?.(bytes);
  if (spliced) {
    assertStorable(spliced);
    return spliced;
  }
  const { doc, changed } = change.apply(decode(bytes));
  return changed ? encodeForStorage(doc) : bytes;
}

function pathsOf(indexes: readonly IndexTable[]): string[] {
  return indexes.flatMap(({ spec }) => spec.fields.map(({ path }) => path));
}

function touches({ roots }: Change, indexed: ReadonlySet<string>): boolean {
  return roots === undefined || [...indexed].some((root) => roots.has(root));
}

/** Last in a write, after all that can fail: what is in memory is not rolled back. */
function noteLists(listings: readonly Listing[]): void {
  for (const [index, { multikey }] of listings) if (multikey) index.markMultikey();
}
