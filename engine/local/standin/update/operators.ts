import { BSONRegExp, Long } from 'bson';
import { asList, encode, isDoc, isList, isOperatorDoc, type Doc } from '../bson/document.ts';
import { encodeValue } from '../bson/keys.ts';
import { Fault } from '../faults.ts';
import { allOf, readFilter } from '../query/filter.ts';
import type { Edit } from './paths.ts';

/** What each operator makes of the value at its path; it returns the very value where nothing changes. */
export const OPERATORS: Readonly<Record<string, (operand: unknown, path: string) => Edit>> = {
  $set: (operand) => (value) => (isSame(value, operand) ? value : operand),
  $setOnInsert: (operand) => (value) => (isSame(value, operand) ? value : operand),
  $unset: () => () => undefined,
  $inc: (operand, path) => (value) => sum(value, operand, path),
  $min: (operand) => (value) => (value === undefined || order(operand, value) < 0 ? operand : value),
  $max: (operand) => (value) => (value === undefined || order(operand, value) > 0 ? operand : value),
  $push: pushed,
  $addToSet: added,
  $pull: pulled,
};

function pushed(operand: unknown, path: string): Edit {
  const { each, slice } = readEach(operand, ['$each', '$slice']);
  return (value) => {
    const list = [...listAt(value, path), ...each];
    if (slice === undefined) return each.length > 0 || value === undefined ? list : value;
    const cut = slice < 0 ? list.slice(slice) : list.slice(0, slice);
    return isSame(value, cut) ? value : cut;
  };
}

function added(operand: unknown, path: string): Edit {
  const { each } = readEach(operand, ['$each']);
  return (value) => {
    const list = listAt(value, path);
    const known = new Set(list.map(textOf));
    const fresh = each.filter((element) => {
      const text = textOf(element);
      return !known.has(text) && Boolean(known.add(text));
    });
    return fresh.length > 0 || value === undefined ? [...list, ...fresh] : value;
  };
}

/** Takes out the elements that equal the operand or, where it is a document, meet it as a filter. */
function pulled(operand: unknown, path: string): Edit {
  const test = allOf(pullFilter(operand));
  const onFields = isDoc(operand) && !isOperatorDoc(operand);
  return (value) => {
    if (value === undefined) return undefined;
    const list = listAt(value, path);
    const kept = list.filter((element) => !(onFields ? isDoc(element) && test(element) : test({ element })));
    return kept.length < list.length ? kept : value;
  };
}

function pullFilter(operand: unknown): ReturnType<typeof readFilter> {
  if (isDoc(operand) && !isOperatorDoc(operand)) return readFilter(operand);
  return readFilter({ element: isOperatorDoc(operand) || operand instanceof BSONRegExp ? operand : { $eq: operand } });
}

function readEach(operand: unknown, known: readonly string[]): { each: unknown[]; slice: number | undefined } {
  if (!isDoc(operand) || !('$each' in operand)) return { each: [operand], slice: undefined };
  const unknown = Object.keys(operand).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Fault('BadValue', `the modifier ${unknown} is not supported`);
  const slice = operand['$slice'];
  if (slice !== undefined && typeof slice !== 'number') throw new Fault('BadValue', '$slice must be a number');
  return { each: asList(operand['$each'], '$each'), slice };
}

function listAt(value: unknown, path: string): unknown[] {
  if (value === undefined) return [];
  if (isList(value)) return value;
  throw new Fault('BadValue', `The field '${path}' must be an array`);
}

function sum(value: unknown, operand: unknown, path: string): unknown {
  const [a, b] = [value ?? 0, operand].map(plainNumber);
  if (a === undefined || b === undefined || value === null)
    throw new Fault('TypeMismatch', `Cannot apply $inc to the field '${path}' of non-numeric type`);
  // Adding nothing to nothing still makes the field.
  return value !== undefined && b === 0 ? value : a + b;
}

/** A 64-bit integer counts as a number only where a number holds it exactly. */
function plainNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const number = value instanceof Long ? value.toNumber() : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function order(a: unknown, b: unknown): number {
  return Buffer.compare(encodeValue(a), encodeValue(b));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return textOf(a) === textOf(b);
}

/** As bytes, so that any type and the order of fields count. */
function textOf(value: unknown): string {
  const doc: Doc = { value };
  return Buffer.from(encode(doc)).toString('latin1');
}
