import { asCount, asDoc, asList, asText, type Doc } from '../bson/document.ts';
import { FIRST_BATCH } from '../cursors.ts';
import { countMatches, findDocuments, type FindQuery } from '../query/find.ts';
import { readSort } from '../query/sort.ts';
import { findCollection, namespaceOf, type Command } from './command.ts';
import { nothing } from './portions.ts';

/** hint and allowDiskUse steer how a query runs, not what it answers: accepted, and not needed. */
export const FIND_OPTIONS = [
  'filter',
  'sort',
  'projection',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'hint',
  'allowDiskUse',
  'noCursorTimeout',
];

/** The query in a find command. @throws Fault for a part of the wrong type */
export function readFind(body: Doc): FindQuery {
  return {
    filter: asDoc(body['filter'] ?? {}, 'filter'),
    sort: readSort(body['sort']),
    skip: asCount(body['skip'], 'skip', 0),
    limit: asCount(body['limit'], 'limit', 0),
    projection: body['projection'],
  };
}

export const findCommand: Command = {
  name: 'find',
  options: FIND_OPTIONS,
  *run(call) {
    const { body, cursors } = call;
    const query = readFind(body);
    const single = body['singleBatch'] === true;
    const size = asCount(body['batchSize'], 'batchSize', FIRST_BATCH);
    const collection = findCollection(call);
    const source = collection
      ? findDocuments(collection, single && size > 0 ? { ...query, limit: Math.min(query.limit || size, size) } : query)
      : nothing();
    return yield* cursors.first(namespaceOf(call), source, single ? Infinity : size);
  },
};

export const getMoreCommand: Command = {
  name: 'getMore',
  options: ['collection', 'batchSize'],
  run({ body, db, cursors, target }) {
    const namespace = `${db}.${asText(body['collection'], 'collection')}`;
    return cursors.next(Number(target), namespace, asCount(body['batchSize'], 'batchSize', 0));
  },
};

export const killCursorsCommand: Command = {
  name: 'killCursors',
  options: ['cursors'],
  run({ body, cursors }) {
    const ids = asList(body['cursors'], 'cursors');
    const cursorsKilled = ids.filter((id) => cursors.kill(Number(id)));
    const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
  },
};

export const countCommand: Command = {
  name: 'count',
  options: ['query', 'limit', 'skip', 'hint', 'fields'],
  *run(call) {
    const { body } = call;
    const collection = findCollection(call);
    const filter = asDoc(body['query'] ?? {}, 'query');
    const [skip, limit] = [asCount(body['skip'], 'skip', 0), asCount(body['limit'], 'limit', 0)];
    return { n: collection ? yield* countMatches(collection, { filter, skip, limit }) : 0, ok: 1 };
  },
};
