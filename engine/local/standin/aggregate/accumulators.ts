import { encodeValue } from '../bson/keys.ts';
import { Fault } from '../faults.ts';

/** Takes the values of a group one by one; `result` is what they come to. */
export interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => {
    let sum = 0;
    return { add: (value) => void (sum += numberOr(value, 0)), result: () => sum };
  },
  $count: () => {
    let count = 0;
    return { add: () => void count++, result: () => count };
  },
  $avg: () => {
    let [sum, count] = [0, 0];
    const add = (value: unknown): void => {
      if (Number.isNaN(numberOr(value, Number.NaN))) return;
      sum += numberOr(value, 0);
      count++;
    };
    return { add, result: () => (count > 0 ? sum / count : null) };
  },
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: () => {
    let [first, met]: [unknown, boolean] = [null, false];
    const add = (value: unknown): void => {
      if (!met) first = value ?? null;
      met = true;
    };
    return { add, result: () => first };
  },
  $last: () => {
    let last: unknown = null;
    return { add: (value) => void (last = value ?? null), result: () => last };
  },
  $push: () => {
    const list: unknown[] = [];
    const add = (value: unknown): void => {
      if (value !== undefined) list.push(value);
    };
    return { add, result: () => list };
  },
  $addToSet: () => {
    const known = new Map<string, unknown>();
    const add = (value: unknown): void => {
      if (value !== undefined) known.set(encodeValue(value).toString('latin1'), value);
    };
    return { add, result: () => [...known.values()] };
  },
};

/** @throws Fault for an accumulator that is not supported */
export function accumulatorFactory(name: string): () => Accumulator {
  const factory = ACCUMULATORS[name];
  if (!factory) throw new Fault('BadValue', `unknown or unsupported group operator '${name}'`);
  return factory;
}

function numberOr(value: unknown, other: number): number {
  return typeof value === 'number' ? value : other;
}

function extreme(sign: 1 | -1): Accumulator {
  let [best, bestKey]: [unknown, Buffer | undefined] = [null, undefined];
  const add = (value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'number' && typeof best === 'number' && (value - best) * sign <= 0) return;
    const key = encodeValue(value);
    if (bestKey && Buffer.compare(key, bestKey) * sign <= 0) return;
    [best, bestKey] = [value, key];
  };
  return { add, result: () => best };
}
