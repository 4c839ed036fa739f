import { EJSON } from 'bson';
import type { Doc } from '../bson/document.ts';
import { EMPTY_LIST } from '../bson/keys.ts';
import { Fault } from '../faults.ts';
import { valuesAt } from './index-keys.ts';
import { keyPattern, type IndexSpec } from './index-spec.ts';

/** E11000 in the form that drivers and applications read. Without an index the clash is on _id. */
export function duplicateKey(namespace: string, index: IndexSpec | undefined, doc: Doc): Fault {
  const pattern = index ? keyPattern(index) : { _id: 1 };
  const keyValue = Object.fromEntries(Object.keys(pattern).map((path) => [path, firstValue(doc, path)]));
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${EJSON.stringify(value)}`);
  return new Fault(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index?.name ?? '_id_'} dup key: { ${shown.join(', ')} }`,
    { keyPattern: pattern, keyValue },
  );
}

function firstValue(doc: Doc, path: string): unknown {
  const [value] = valuesAt(doc, path.split('.')).values;
  return value === EMPTY_LIST ? null : (value ?? null);
}
