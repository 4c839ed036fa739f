import { BSONRegExp } from 'bson';
import { asDoc, asDocs, asList, isDoc, isList, isOperatorDoc, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { indexable, type Bound } from './bound.ts';
import { compared, equalTo, isComparison, oneOf, orAnyElement, type ValueTest } from './compare.ts';
import { readPattern, textStart, toRegExp } from './pattern.ts';

export type DocTest = (doc: Doc) => boolean;

/** One of the conditions that must all hold. */
export interface Condition {
  readonly test: DocTest;
  /** The paths it looks at: what must be read of a document to test it. */
  readonly paths: readonly string[];
  /** The same condition as bounds of an index, where an index could settle it. */
  readonly bound: Bound | undefined;
}

/** Takes a filter apart into conditions. @throws Fault BadValue for an operator that is not supported */
export function readFilter(filter: Doc): Condition[] {
  return Object.entries(filter).flatMap(([name, operand]) => {
    if (name === '$and') return asDocs(operand, '$and').flatMap(readFilter);
    if (name === '$or') return [anyOf(asDocs(operand, '$or'))];
    if (name === '$nor') return [none(anyOf(asDocs(operand, '$nor')))];
    if (name === '$comment') return [];
    if (name.startsWith('$')) throw new Fault('BadValue', `unknown or unsupported top level operator: ${name}`);
    return fieldConditions(name, operand);
  });
}

/** The conditions as one test. */
export function allOf(conditions: readonly Condition[]): DocTest {
  const [only] = conditions;
  if (!only) return () => true;
  if (conditions.length === 1) return only.test;
  return (doc) => conditions.every(({ test }) => test(doc));
}

function anyOf(filters: readonly Doc[]): Condition {
  if (filters.length === 0) throw new Fault('BadValue', '$and/$or/$nor must be a nonempty array');
  const branches = filters.map(readFilter);
  const tests = branches.map(allOf);
  return {
    test: (doc) => tests.some((test) => test(doc)),
    paths: branches.flat().flatMap(({ paths }) => paths),
    bound: undefined,
  };
}

function none({ test, paths }: Condition): Condition {
  return { test: (doc) => !test(doc), paths, bound: undefined };
}

function fieldConditions(path: string, operand: unknown): Condition[] {
  if (operand instanceof BSONRegExp) return [matching(path, operand)];
  if (!isOperatorDoc(operand)) return [fieldCondition(path, '$eq', operand)];
  const { $regex, $options, ...operators } = operand;
  const conditions = Object.entries(operators).map(([operator, value]) => fieldCondition(path, operator, value));
  if ($regex !== undefined) conditions.push(matching(path, readPattern($regex, $options)));
  else if ($options !== undefined) throw new Fault('BadValue', '$options needs a $regex');
  return conditions;
}

function fieldCondition(path: string, operator: string, operand: unknown): Condition {
  if (isComparison(operator)) {
    const bound = operand !== null && indexable(operand) ? { path, operator, values: [operand] } : undefined;
    return atPath(path, orAnyElement(compared(operator, operand)), bound);
  }
  switch (operator) {
    case '$eq': {
      if (operand instanceof BSONRegExp) return matching(path, operand);
      const bound: Bound | undefined = indexable(operand) ? { path, operator, values: [operand] } : undefined;
      return atPath(path, orAnyElement(equalTo(operand)), bound);
    }
    case '$in': {
      const values = asList(operand, '$in');
      const bound: Bound | undefined = values.every(indexable) ? { path, operator, values } : undefined;
      return atPath(path, orAnyElement(oneOf(values)), bound);
    }
    case '$ne':
      return none(fieldCondition(path, '$eq', operand));
    case '$nin':
      return none(fieldCondition(path, '$in', operand));
    case '$not':
      return negated(path, operand);
    default:
      return atPath(path, otherTest(operator, operand), undefined);
  }
}

function negated(path: string, operand: unknown): Condition {
  if (!(operand instanceof BSONRegExp) && !isOperatorDoc(operand))
    throw new Fault('BadValue', '$not needs a regex or a document of operators');
  const conditions = fieldConditions(path, operand);
  return none({ test: allOf(conditions), paths: [path], bound: undefined });
}

function otherTest(operator: string, operand: unknown): ValueTest {
  switch (operator) {
    case '$exists':
      return operand ? (value) => value !== undefined : neverHere;
    case '$size':
      return (value) => isList(value) && value.length === Number(operand);
    case '$elemMatch':
      return elementTest(asDoc(operand, '$elemMatch'));
    case '$all': {
      const tests = asList(operand, '$all').map(allEntry);
      return (value) => tests.length > 0 && tests.every((test) => test(value));
    }
    default:
      throw new Fault('BadValue', `unknown or unsupported operator: ${operator}`);
  }
}

function allEntry(operand: unknown): ValueTest {
  if (operand instanceof BSONRegExp) return orAnyElement(patternTest(operand));
  if (isDoc(operand) && '$elemMatch' in operand) return elementTest(asDoc(operand['$elemMatch'], '$elemMatch'));
  return orAnyElement(equalTo(operand));
}

/** Some element must meet all conditions: those of a filter, or operators on the element itself. */
function elementTest(operand: Doc): ValueTest {
  const logical = ['$and', '$or', '$nor'].some((name) => name in operand);
  if (isOperatorDoc(operand) && !logical) {
    const test = allOf(fieldConditions('element', operand));
    return (value) => isList(value) && value.some((element) => test({ element }));
  }
  const test = allOf(readFilter(operand));
  return (value) => isList(value) && value.some((element) => isDoc(element) && test(element));
}

function matching(path: string, pattern: BSONRegExp): Condition {
  const start = textStart(pattern);
  const bound: Bound | undefined = start && {
    path,
    operator: '$start',
    values: [start.text],
    ...(!start.whole && { inexact: true }),
  };
  return atPath(path, orAnyElement(patternTest(pattern)), bound);
}

function patternTest(pattern: BSONRegExp): ValueTest {
  const regExp = toRegExp(pattern);
  return (value) => typeof value === 'string' && regExp.test(value);
}

/** Stands for `$exists: false`, which asks about all values at a path rather than about any. */
const neverHere: ValueTest = (value) => value === undefined;

function atPath(path: string, test: ValueTest, bound: Bound | undefined): Condition {
  const parts = path.split('.');
  const [first = ''] = parts;
  if (parts.length === 1) return { test: (doc) => test(doc[first]), paths: [path], bound };
  if (test === neverHere)
    return { test: (doc) => !someAt(doc, parts, 0, (value) => value !== undefined), paths: [path], bound };
  return { test: (doc) => someAt(doc, parts, 0, test), paths: [path], bound };
}

/** Whether a value at the path passes, going through lists of documents on the way. */
function someAt(value: unknown, parts: readonly string[], at: number, test: ValueTest): boolean {
  const part = parts[at];
  if (part === undefined) return test(value);
  if (isDoc(value)) return someAt(value[part], parts, at + 1, test);
  if (!isList(value)) return test(undefined);
  if (/^\d+$/.test(part) && Number(part) < value.length && someAt(value[Number(part)], parts, at + 1, test))
    return true;
  return value.some((element) => isDoc(element) && someAt(element, parts, at, test));
}
