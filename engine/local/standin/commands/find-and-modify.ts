import { asDoc, decode, encode, encodeForStorage, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { findRows } from '../query/find.ts';
import { readProjection } from '../query/projection.ts';
import { readSort } from '../query/sort.ts';
import type { Collection, Row } from '../storage/collection.ts';
import { readUpdate } from '../update/update.ts';
import { targetName, type Command } from './command.ts';
import { drain } from './update.ts';

interface Outcome {
  readonly lastErrorObject: Doc;
  readonly before: Doc | null;
  readonly after: Doc | null;
}

export const findAndModifyCommand: Command = {
  name: 'findAndModify',
  aliases: ['findandmodify'],
  options: ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'hint'],
  writes: true,
  run(call) {
    const { body } = call;
    const filter = asDoc(body['query'] ?? {}, 'query');
    const project = readProjection(body['fields']);
    const collection = call.catalog.findOrCreate(call.db, targetName(call));
    const [row] = drain(findRows(collection, { filter, sort: readSort(body['sort']), limit: 1 }));
    const { lastErrorObject, before, after } =
      body['remove'] === true ? remove(collection, row) : modify(collection, row, { filter, body });
    const value = body['new'] === true ? after : before;
    return { lastErrorObject, value: value && project ? decode(project(encode(value))) : value, ok: 1 };
  },
};

function remove(collection: Collection, row: Row | undefined): Outcome {
  if (!row) return { lastErrorObject: { n: 0 }, before: null, after: null };
  collection.remove(row);
  return { lastErrorObject: { n: 1 }, before: decode(row.bytes), after: null };
}

function modify(collection: Collection, row: Row | undefined, { filter, body }: { filter: Doc; body: Doc }): Outcome {
  if (body['update'] === undefined)
    throw new Fault('FailedToParse', 'Either an update or remove=true must be specified');
  const update = readUpdate(body['update']);
  if (row) {
    const { bytes } = collection.change(row, update);
    return { lastErrorObject: { n: 1, updatedExisting: true }, before: decode(row.bytes), after: decode(bytes) };
  }
  if (body['upsert'] !== true) return { lastErrorObject: { n: 0, updatedExisting: false }, before: null, after: null };
  const doc = update.upserted(filter);
  collection.insert(encodeForStorage(doc));
  const lastErrorObject = { n: 1, updatedExisting: false, upserted: doc['_id'] };
  return { lastErrorObject, before: null, after: doc };
}
