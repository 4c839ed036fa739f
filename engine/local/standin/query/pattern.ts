import { BSONRegExp } from 'bson';
import { Fault } from '../faults.ts';

/** The JavaScript form of a pattern. @throws Fault for an option it lacks */
export function toRegExp(value: BSONRegExp): RegExp {
  const [unknown] = /[^imsu]/.exec(value.options) ?? [];
  if (unknown !== undefined) throw new Fault('BadValue', `regular expression option '${unknown}' is not supported`);
  return new RegExp(value.pattern, value.options);
}

/** Reads `$regex` with its `$options`, where either may also be in a pattern value. */
export function readPattern(regex: unknown, options: unknown): BSONRegExp {
  if (options !== undefined && typeof options !== 'string') throw new Fault('BadValue', '$options has to be a string');
  if (typeof regex === 'string') return new BSONRegExp(regex, options ?? '');
  if (regex instanceof BSONRegExp) return options === undefined ? regex : new BSONRegExp(regex.pattern, options);
  throw new Fault('BadValue', '$regex has to be a string or a pattern');
}

/**
 * The text with which every match begins, which an index can seek: `/^abc/` gives "abc". `whole`
 * when beginning so is all that the pattern asks.
 */
export function textStart({ pattern, options }: BSONRegExp): { text: string; whole: boolean } | undefined {
  if (!pattern.startsWith('^') || /[imx]/.test(options) || pattern.includes('|')) return undefined;
  // Letters and digits stand for themselves, and so does punctuation behind a backslash.
  const literal = /^(?:[^\\^$.*+?()[\]{}|]|\\[^a-zA-Z0-9])*/.exec(pattern.slice(1))?.[0] ?? '';
  const rest = pattern.slice(1 + literal.length);
  const kept = /^[*?{]/.test(rest) ? literal.replace(/(?:\\.|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^])$/u, '') : literal;
  const text = kept.replace(/\\(.)/gu, '$1');
  if (text === '') return undefined;
  return { text, whole: rest === '' || rest === '.*' };
}
