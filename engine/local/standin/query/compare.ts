import { BSONRegExp, ObjectId } from 'bson';
import { isList } from '../bson/document.ts';
import { encodeValue, typeTag } from '../bson/keys.ts';
import { toRegExp } from './pattern.ts';

export type ValueTest = (value: unknown) => boolean;

/** Tests for being equal to a value; null is equal to what is missing. */
export function equalTo(operand: unknown): ValueTest {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  if (operand instanceof Date) return (value) => value instanceof Date && value.getTime() === operand.getTime();
  if (operand instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(operand);
  const key = encodeValue(operand);
  const isKey: ValueTest = (value) => typeof value === 'object' && value !== null && encodeValue(value).equals(key);
  if (typeof operand !== 'number') return (value) => typeof value !== 'string' && encodeValue(value).equals(key);
  return (value) => (typeof value === 'number' ? Object.is(value + 0, operand + 0) : isKey(value));
}

const HOLDS = {
  $gt: (order: number) => order > 0,
  $gte: (order: number) => order >= 0,
  $lt: (order: number) => order < 0,
  $lte: (order: number) => order <= 0,
} as const;

export type Comparison = keyof typeof HOLDS;

/** Whether an operator compares by order. */
export function isComparison(operator: string): operator is Comparison {
  return operator in HOLDS;
}

/** Tests for a comparison. Values of another type are neither above nor below. */
export function compared(operator: Comparison, operand: unknown): ValueTest {
  const holds = HOLDS[operator];
  if (operand === null) return operator.endsWith('e') ? equalTo(null) : () => false;
  if (typeof operand === 'string') return (value) => typeof value === 'string' && holds(compareTexts(value, operand));
  if (operand instanceof Date) return (value) => value instanceof Date && holds(value.getTime() - operand.getTime());
  const tag = typeTag(operand);
  const key = encodeValue(operand);
  const byKey: ValueTest = (value) => typeTag(value) === tag && holds(Buffer.compare(encodeValue(value), key));
  if (typeof operand !== 'number' || Number.isNaN(operand)) return (value) => value !== undefined && byKey(value);
  return (value) => (typeof value === 'number' && !Number.isNaN(value) ? holds(value - operand || 0) : byKey(value));
}

/** Tests for being one of a list, which may hold patterns. */
export function oneOf(operands: readonly unknown[]): ValueTest {
  const patterns = operands.filter((operand) => operand instanceof BSONRegExp).map(toRegExp);
  const simple = new Set(operands.filter((operand) => typeof operand !== 'object'));
  const keys = new Set(operands.filter((operand) => typeof operand === 'object' && operand !== null).map(keyText));
  const hasNull = operands.includes(null);
  return (value) => {
    if (value === null || value === undefined) return hasNull;
    if (typeof value === 'object') return keys.size > 0 && keys.has(keyText(value));
    return simple.has(value) || (typeof value === 'string' && patterns.some((pattern) => pattern.test(value)));
  };
}

/** As MongoDB tests a field: the value itself, or any element where it is a list. */
export function orAnyElement(test: ValueTest): ValueTest {
  return (value) => test(value) || (isList(value) && value.some(test));
}

function keyText(value: unknown): string {
  return encodeValue(value).toString('latin1');
}

/** By code point, as UTF-8 bytes compare; JavaScript's own order puts surrogates too low. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);
  }
  return a.length - b.length;
}

function aboveSurrogates(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
