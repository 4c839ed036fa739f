import { asCount, asDoc } from '../bson/document.ts';
import { findRows } from '../query/find.ts';
import { assertKnown, documentList, findCollection, type Command } from './command.ts';
import { runStatements, writeReply } from './statements.ts';
import { drain } from './update.ts';

export const deleteCommand: Command = {
  name: 'delete',
  options: ['deletes', 'ordered'],
  writes: true,
  run(call) {
    const collection = findCollection(call);
    let n = 0;
    const failures = runStatements(documentList(call, 'deletes'), call.body['ordered'] !== false, (statement) => {
      assertKnown(statement, ['q', 'limit', 'hint'], 'delete.deletes');
      const query = { filter: asDoc(statement['q'], 'q'), limit: asCount(statement['limit'], 'limit', 0) };
      if (!collection) return;
      for (const row of drain(findRows(collection, query))) {
        collection.remove(row);
        n++;
      }
    });
    return writeReply({ n }, failures);
  },
};
