import { isDoc, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';

/** What any command may carry without it changing what a single server does. */
export const COMMON_FIELDS = [
  '$db',
  'lsid',
  '$readPreference',
  '$clusterTime',
  'comment',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
  'bypassDocumentValidation',
  'bypassEmptyTsReplacement',
];

/** Whether a write is to be on disk before it is acknowledged. */
export function isDurable({ writeConcern }: Doc): boolean {
  return isDoc(writeConcern) && (writeConcern['j'] === true || writeConcern['w'] === 'majority');
}

/** Refuses write and read concerns that one server cannot keep. @throws Fault */
export function assertConcerns(body: Doc): void {
  const { writeConcern, readConcern } = body;
  const w = isDoc(writeConcern) ? writeConcern['w'] : undefined;
  if (w !== undefined && w !== 0 && w !== 1 && w !== 'majority')
    throw new Fault('BadValue', `write concern w: ${JSON.stringify(w)} is not supported by a single server`);
  const level = isDoc(readConcern) ? readConcern['level'] : undefined;
  if (level === 'snapshot' || level === 'linearizable')
    throw new Fault('InvalidOptions', `read concern ${level} is not supported`);
  if ('txnNumber' in body || 'startTransaction' in body || 'autocommit' in body)
    throw new Fault('IllegalOperation', 'transactions and retryable writes are not supported');
}
