import type { ValueCondition } from './condition.ts';

/** Whether a trait or property passes a test; a list passes when one of its elements does. */
export function matchesValue({ path, operator, value }: ValueCondition, fields: Readonly<Record<string, unknown>>) {
  const found = valuesAt(fields, path.split('.')).filter((each) => each !== null && each !== undefined);
  if (operator === 'exists') return found.length > 0;
  if (operator === 'missing') return found.length === 0;
  if (value === undefined) return false;
  if (operator === 'notEquals') return !found.some((each) => equals(each, value));
  return found.some((each) => tests[operator](each, value));
}

/** The forms in which an equal value may have been stored: CSV files hold numbers and truths as text. */
export function formsOf(value: string | number | boolean): (string | number | boolean)[] {
  if (typeof value !== 'string') return [value, String(value)];
  if (value === 'true' || value === 'false') return [value, value === 'true'];
  const number = Number(value);
  return value.trim() !== '' && String(number) === value ? [value, number] : [value];
}

/** A pattern that finds text literally, at the beginning or anywhere. */
export function patternOf(operator: 'contains' | 'startsWith', text: string): string {
  const literal = text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return operator === 'startsWith' ? `^${literal}` : literal;
}

type Scalar = string | number | boolean;

const tests = {
  equals,
  contains: (found: unknown, wanted: Scalar) => includes('contains', found, wanted),
  startsWith: (found: unknown, wanted: Scalar) => includes('startsWith', found, wanted),
  greaterThan: (found: unknown, wanted: Scalar) => (order(found, wanted) ?? 0) > 0,
  lessThan: (found: unknown, wanted: Scalar) => (order(found, wanted) ?? 0) < 0,
};

function equals(found: unknown, wanted: Scalar): boolean {
  return formsOf(wanted).some((form) => form === found);
}

function includes(operator: 'contains' | 'startsWith', found: unknown, wanted: Scalar): boolean {
  return typeof found === 'string' && new RegExp(patternOf(operator, String(wanted)), 'i').test(found);
}

/** Below, at or above zero as numbers, else as dates, else as text; null where the two cannot be compared. */
function order(found: unknown, wanted: Scalar): number | null {
  const numbers = [numberOf(found), numberOf(wanted)];
  if (numbers[0] !== undefined && numbers[1] !== undefined) return numbers[0] - numbers[1];
  if (typeof wanted !== 'string') return null;
  const instants = [instantOf(found), instantOf(wanted)];
  if (instants[0] !== undefined && instants[1] !== undefined) return instants[0] - instants[1];
  if (typeof found !== 'string') return null;
  return found === wanted ? 0 : found < wanted ? -1 : 1;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function instantOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Every value at a dotted path, going through lists as MongoDB does; own fields only. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => valuesAt(element, path));
  const [part, ...rest] = path;
  if (part === undefined) return [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return [];
  return valuesAt(Reflect.get(value, part), rest);
}
