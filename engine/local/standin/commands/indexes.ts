import { asDocs, encode, isDoc, isList, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import type { Collection } from '../storage/collection.ts';
import { describeIndex, keyPattern, readIndexSpec, type IndexSpec } from '../storage/index-spec.ts';
import type { IndexTable } from '../storage/index-table.ts';
import { findCollection, namespaceOf, requireCollection, targetName, type Command } from './command.ts';
import { inMemory } from './portions.ts';

const ID_INDEX: Doc = { v: 2, key: { _id: 1 }, name: '_id_' };

export const createIndexesCommand: Command = {
  name: 'createIndexes',
  options: ['indexes', 'commitQuorum'],
  writes: true,
  run(call) {
    const createdCollectionAutomatically = findCollection(call) === undefined;
    const collection = call.catalog.findOrCreate(call.db, targetName(call));
    const numIndexesBefore = collection.indexes.length + 1;
    for (const spec of asDocs(call.body['indexes'], 'indexes').map(readIndexSpec)) {
      if (isIdIndex(spec) || exists(collection, spec)) continue;
      call.catalog.createIndex(collection, spec);
    }
    return { numIndexesBefore, numIndexesAfter: collection.indexes.length + 1, createdCollectionAutomatically, ok: 1 };
  },
};

function isIdIndex(spec: IndexSpec): boolean {
  return patternText(spec) === '{"_id":1}';
}

function patternText(spec: IndexSpec): string {
  return JSON.stringify(keyPattern(spec));
}

/** @throws Fault when another index has its name or its key */
function exists(collection: Collection, spec: IndexSpec): boolean {
  const alike = collection.indexes.find(
    ({ spec: other }) => other.name === spec.name || patternText(other) === patternText(spec),
  )?.spec;
  if (!alike) return false;
  if (Buffer.from(encode(describeIndex(alike))).equals(encode(describeIndex(spec)))) return true;
  const message = `An existing index (${alike.name}) has the name or key of ${spec.name}, but differs from it`;
  throw new Fault('IndexOptionsConflict', message);
}

export const listIndexesCommand: Command = {
  name: 'listIndexes',
  options: ['cursor'],
  run(call) {
    const described = requireCollection(call).indexes.map(({ spec }) => describeIndex(spec));
    return call.cursors.first(namespaceOf(call), inMemory([ID_INDEX, ...described]), Infinity);
  },
};

export const dropIndexesCommand: Command = {
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  options: ['index'],
  writes: true,
  run(call) {
    const collection = requireCollection(call);
    const nIndexesWas = collection.indexes.length + 1;
    for (const index of named(collection, call.body['index'])) call.catalog.dropIndex(collection, index);
    return { nIndexesWas, ok: 1 };
  },
};

function named(collection: Collection, which: unknown): readonly IndexTable[] {
  if (which === '*') return collection.indexes;
  return (isList(which) ? which : [which]).map((wanted) => {
    if (wanted === '_id_') throw new Fault('InvalidOptions', 'cannot drop _id index');
    const pattern = isDoc(wanted) ? JSON.stringify(wanted) : undefined;
    const found = collection.indexes.find(({ spec }) => spec.name === wanted || patternText(spec) === pattern);
    if (!found) throw new Fault('IndexNotFound', `index not found with name [${String(wanted)}]`);
    return found;
  });
}
