import { BSONRegExp, ObjectId } from 'bson';
import { decode, encode, isDoc, isList, isOperatorDoc, type Doc } from '../bson/document.ts';
import { encodeValue } from '../bson/keys.ts';
import { spliceFor } from '../bson/splice.ts';
import { Fault } from '../faults.ts';
import type { Change } from '../storage/collection.ts';
import { OPERATORS } from './operators.ts';
import { assertApart, editAt, readPath, type Edit } from './paths.ts';

export interface Update extends Change {
  readonly replaces: boolean;
  /** The document to insert when none matched: the filter's equalities, then the update. */
  upserted(filter: Doc): Doc;
}

interface Step {
  readonly parts: readonly string[];
  readonly edit: Edit;
  readonly onInsertOnly: boolean;
}

/** Reads an update from its own bytes, which are decoded only where it is more than whole fields. @throws Fault */
export function readRawUpdate(bytes: Uint8Array): Update {
  const spliced = spliceFor(bytes);
  if (!spliced) return readUpdate(decode(bytes));
  const { names, values, splice } = spliced;
  let whole: Update | undefined;
  const decoded = (): Update => (whole ??= readUpdate(decode(bytes)));
  return {
    replaces: false,
    roots: names,
    kind: kindOf(names),
    values,
    splice,
    apply: (doc) => decoded().apply(doc),
    upserted: (filter) => decoded().upserted(filter),
  };
}

function kindOf(roots: ReadonlySet<string>): string {
  return [...roots].join('\0');
}

/** Reads an update: operators, or a whole document. @throws Fault for pipelines and unknown operators */
export function readUpdate(update: unknown): Update {
  if (isList(update)) throw new Fault('FailedToParse', 'an update by a pipeline is not supported');
  if (!isDoc(update)) throw new Fault('FailedToParse', 'an update must be a document');
  const operators = Object.keys(update).filter((key) => key.startsWith('$')).length;
  if (operators === 0) return replacement(update);
  if (operators < Object.keys(update).length) throw new Fault('FailedToParse', 'an update mixes operators and fields');
  return operatorUpdate(update);
}

function operatorUpdate(update: Doc): Update {
  const steps = Object.entries(update).flatMap(([operator, fields]) => stepsOf(operator, fields));
  assertApart(steps.map(({ parts }) => parts.join('.')));
  const run = (doc: Doc, wanted: readonly Step[]): { doc: Doc; changed: boolean } => {
    const id = doc['_id'];
    let changed = false;
    for (const { parts, edit } of wanted) if (editAt(doc, parts, edit)) changed = true;
    assertSameId(id, doc['_id']);
    return { doc, changed };
  };
  const onUpdate = steps.filter(({ onInsertOnly }) => !onInsertOnly);
  const roots = new Set(onUpdate.map(({ parts }) => parts[0] ?? ''));
  return {
    replaces: false,
    roots,
    kind: kindOf(roots),
    values: {},
    splice: undefined,
    apply: (doc) => run(doc, onUpdate),
    upserted: (filter) => withId(run(equalitiesOf(filter), steps).doc),
  };
}

function stepsOf(operator: string, fields: unknown): Step[] {
  const factory = OPERATORS[operator];
  if (!factory) throw new Fault('FailedToParse', `Unknown or unsupported modifier: ${operator}`);
  if (!isDoc(fields)) throw new Fault('FailedToParse', `Modifiers operate on fields, but ${operator} has none`);
  return Object.entries(fields).map(([path, operand]) => ({
    parts: readPath(path),
    edit: factory(operand, path),
    onInsertOnly: operator === '$setOnInsert',
  }));
}

function replacement({ _id, ...fields }: Doc): Update {
  return {
    replaces: true,
    roots: undefined,
    kind: '\0',
    values: {},
    splice: undefined,
    apply(doc) {
      if (_id !== undefined) assertSameId(doc['_id'], _id);
      const after = { _id: doc['_id'], ...fields };
      return { doc: after, changed: !Buffer.from(encode(doc)).equals(encode(after)) };
    },
    upserted: (filter) => withId({ _id: _id ?? equalitiesOf(filter)['_id'], ...fields }),
  };
}

function withId({ _id = new ObjectId(), ...fields }: Doc): Doc {
  return { _id, ...fields };
}

function assertSameId(before: unknown, after: unknown): void {
  if (before === undefined || before === after) return;
  if (after !== undefined && encodeValue(before).equals(encodeValue(after))) return;
  throw new Fault('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
}

function equalitiesOf(filter: Doc): Doc {
  const doc: Doc = {};
  for (const [path, value] of equalityPairs(filter)) editAt(doc, readPath(path), () => value);
  return doc;
}

function equalityPairs(filter: Doc): [path: string, value: unknown][] {
  return Object.entries(filter).flatMap(([path, condition]): [string, unknown][] => {
    if (path === '$and' && isList(condition)) return condition.filter(isDoc).flatMap(equalityPairs);
    if (path.startsWith('$') || condition instanceof BSONRegExp) return [];
    if (!isOperatorDoc(condition)) return [[path, condition]];
    return '$eq' in condition ? [[path, condition['$eq']]] : [];
  });
}
