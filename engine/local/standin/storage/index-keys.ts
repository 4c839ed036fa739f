import { isDoc, isList, type Doc } from '../bson/document.ts';
import { EMPTY_LIST, encodeFields, encodeKey, type DirectedValue } from '../bson/keys.ts';
import { Fault } from '../faults.ts';
import type { IndexSpec } from './index-spec.ts';

export interface IndexKeys {
  readonly keys: readonly Buffer[];
  /** A list was met on the way: one document may have many keys, and ranges then mean less. */
  readonly multikey: boolean;
}

const NONE: IndexKeys = { keys: [], multikey: false };

/** The keys under which an index lists a document. @throws Fault where two of its fields are lists */
export function indexKeys(spec: IndexSpec, doc: Doc): IndexKeys {
  const plain = plainValues(spec, doc);
  if (plain) {
    if (spec.sparse && plain.every((value) => value === undefined)) return NONE;
    return { keys: [encodeFields(plain, spec.fields)], multikey: false };
  }
  const fields = spec.fields.map(({ parts, descending }) => ({ ...valuesAt(doc, parts), descending }));
  if (spec.sparse && fields.every(({ values }) => values.every((value) => value === undefined))) return NONE;
  if (fields.filter(({ multikey }) => multikey).length > 1)
    throw new Fault('CannotIndexParallelArrays', `cannot index parallel arrays in index ${spec.name}`);
  let combinations: DirectedValue[][] = [[]];
  for (const { values, descending } of fields)
    combinations = combinations.flatMap((head) => values.map((value) => [...head, { value, descending }]));
  const distinct = new Map(combinations.map(encodeKey).map((key) => [key.toString('latin1'), key]));
  return { keys: [...distinct.values()], multikey: true };
}

/** One value for each field; undefined where there is a list on the way, which nearly no document has. */
function plainValues({ fields }: IndexSpec, doc: Doc): unknown[] | undefined {
  const values: unknown[] = [];
  for (const { parts } of fields) {
    let value: unknown = doc;
    for (const part of parts) value = isDoc(value) ? value[part] : isList(value) ? value : undefined;
    if (isList(value)) return undefined;
    values.push(value);
  }
  return values;
}

/** The values at a path: through lists on the way, and into one at its end. */
export function valuesAt(doc: Doc, parts: readonly string[]): { values: unknown[]; multikey: boolean } {
  const values: unknown[] = [];
  return { multikey: collect(doc, parts, 0, values), values };
}

function collect(value: unknown, parts: readonly string[], at: number, into: unknown[]): boolean {
  const part = parts[at];
  if (part === undefined) {
    if (!isList(value)) {
      into.push(value);
      return false;
    }
    if (value.length === 0) into.push(EMPTY_LIST);
    // A loop, since a list may be longer than a call's arguments.
    for (const element of value) into.push(element);
    return true;
  }
  if (isDoc(value)) return collect(value[part], parts, at + 1, into);
  if (!isList(value)) {
    into.push(undefined);
    return false;
  }
  if (/^\d+$/.test(part)) collect(value[Number(part)], parts, at + 1, into);
  for (const element of value) collect(element, parts, at, into);
  if (value.length === 0) into.push(undefined);
  return true;
}
