import { asDoc, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { countMatches } from '../query/find.ts';
import { allOf, readFilter } from '../query/filter.ts';
import { findCollection, namespaceOf, targetName, type Command } from './command.ts';
import { inMemory } from './portions.ts';

/** Refuses validators, capped collections and the like by not knowing them. */
export const createCommand: Command = {
  name: 'create',
  options: [],
  writes: true,
  run(call) {
    if (findCollection(call)) throw new Fault('NamespaceExists', `Collection ${namespaceOf(call)} already exists.`);
    call.catalog.create(call.db, targetName(call));
    return { ok: 1 };
  },
};

export const dropCommand: Command = {
  name: 'drop',
  options: [],
  writes: true,
  run(call) {
    const collection = findCollection(call);
    if (!collection) return { ok: 1 };
    const nIndexesWas = collection.indexes.length + 1;
    call.catalog.drop(collection);
    return { ns: collection.namespace, nIndexesWas, ok: 1 };
  },
};

export const dropDatabaseCommand: Command = {
  name: 'dropDatabase',
  options: [],
  writes: true,
  run({ catalog, db }) {
    for (const collection of catalog.list(db)) catalog.drop(collection);
    return { dropped: db, ok: 1 };
  },
};

export const listCollectionsCommand: Command = {
  name: 'listCollections',
  options: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run({ body, catalog, cursors, db }) {
    const test = allOf(readFilter(asDoc(body['filter'] ?? {}, 'filter')));
    const idIndex = { v: 2, key: { _id: 1 }, name: '_id_' };
    const described = catalog
      .list(db)
      .map(({ name }): Doc => ({ name, type: 'collection', options: {}, info: { readOnly: false }, idIndex }));
    return cursors.first(`${db}.$cmd.listCollections`, inMemory(described.filter(test)), Infinity);
  },
};

export const listDatabasesCommand: Command = {
  name: 'listDatabases',
  options: ['filter', 'nameOnly', 'authorizedDatabases'],
  run({ body, catalog }) {
    const test = allOf(readFilter(asDoc(body['filter'] ?? {}, 'filter')));
    const names = [...new Set(catalog.list().map(({ db }) => db))];
    const databases = names.map((name): Doc => ({ name, sizeOnDisk: 0, empty: false })).filter(test);
    return { databases, totalSize: 0, ok: 1 };
  },
};

export const dbStatsCommand: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  options: ['scale', 'freeStorage'],
  *run({ catalog, db }) {
    const collections = catalog.list(db);
    let [objects, indexes] = [0, 0];
    for (const collection of collections) {
      objects += yield* countMatches(collection, { filter: {} });
      indexes += collection.indexes.length + 1;
    }
    return { db, collections: collections.length, views: 0, objects, indexes, ok: 1 };
  },
};
