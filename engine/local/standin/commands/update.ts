import { asDoc, encodeForStorage, type Doc } from '../bson/document.ts';
import { take } from '../bson/pick.ts';
import { Fault } from '../faults.ts';
import { findRows } from '../query/find.ts';
import type { Portions } from '../query/read.ts';
import { readSort } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import { readRawUpdate, readUpdate } from '../update/update.ts';
import { assertKnown, documentBytes, targetName, type Command } from './command.ts';
import { runStatements, writeReply } from './statements.ts';

const STATEMENT_FIELDS = ['q', 'u', 'multi', 'upsert', 'hint', 'sort'];

/** A document, where it is no pipeline. */
const UPDATE = { name: Buffer.from('u\0'), type: 0x03 };

export const updateCommand: Command = {
  name: 'update',
  options: ['updates', 'ordered'],
  writes: true,
  run(call) {
    const collection = call.catalog.findOrCreate(call.db, targetName(call));
    let [n, nModified] = [0, 0];
    const upserted: Doc[] = [];
    const failures = runStatements(
      documentBytes(call, 'updates'),
      call.body['ordered'] !== false,
      (statement, index) => {
        const outcome = runUpdate(collection, statement);
        n += outcome.matched;
        nModified += outcome.modified;
        if (outcome.upsertedId === undefined) return;
        n++;
        upserted.push({ index, _id: outcome.upsertedId });
      },
    );
    return writeReply({ n, nModified, ...(upserted.length > 0 && { upserted }) }, failures);
  },
};

function runUpdate(collection: Collection, bytes: Buffer): { matched: number; modified: number; upsertedId?: unknown } {
  const { rest: statement, taken: update } = take(bytes, 0, UPDATE);
  assertKnown(statement, STATEMENT_FIELDS, 'update.updates');
  const filter = asDoc(statement['q'], 'q');
  const change = update ? readRawUpdate(update) : readUpdate(statement['u']);
  const multi = statement['multi'] === true;
  if (multi && change.replaces) throw new Fault('FailedToParse', 'a replacement cannot update several documents');
  // All rows are found before one is changed: changing while reading could meet a row twice.
  const rows = drain(findRows(collection, { filter, sort: readSort(statement['sort']), limit: multi ? 0 : 1 }));
  let modified = 0;
  for (const row of rows) if (collection.change(row, change).changed) modified++;
  if (rows.length > 0 || statement['upsert'] !== true) return { matched: rows.length, modified };
  const doc = change.upserted(filter);
  collection.insert(encodeForStorage(doc));
  return { matched: 0, modified: 0, upsertedId: doc['_id'] };
}

/** All that comes, in one go: a write does not give way. */
export function drain<T>(portions: Portions<T>): T[] {
  const all: T[] = [];
  for (const portion of portions) for (const one of portion) all.push(one);
  return all;
}
