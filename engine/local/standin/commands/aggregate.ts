import { asCount, asDoc, asDocs, asText } from '../bson/document.ts';
import { FIRST_BATCH } from '../cursors.ts';
import { runPipeline } from '../aggregate/pipeline.ts';
import { namespaceOf, type Command } from './command.ts';

export const aggregateCommand: Command = {
  name: 'aggregate',
  options: ['pipeline', 'cursor', 'allowDiskUse', 'hint'],
  *run(call) {
    const collection = call.catalog.find(call.db, asText(call.target, 'collection name'));
    const { batchSize } = asDoc(call.body['cursor'] ?? {}, 'cursor');
    const output = runPipeline(collection, asDocs(call.body['pipeline'], 'pipeline'));
    return yield* call.cursors.first(namespaceOf(call), output, asCount(batchSize, 'batchSize', FIRST_BATCH));
  },
};
