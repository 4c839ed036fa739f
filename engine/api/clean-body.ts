import { saneText } from '../v1/sane.ts';
import { ApiProblem } from './problem.ts';

/** No drawing and no condition nests deeper; what does would overflow whoever walks it. */
const MOST_DEPTH = 60;

/**
 * A JSON body as it can be looked at and stored: texts and names without null bytes and half characters, and no name
 * that is a prototype.
 * @throws ApiProblem 400 for one that nests too deep
 */
export function cleanBody(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return saneText(value);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (depth === MOST_DEPTH) throw new ApiProblem(400, `The body nests deeper than ${MOST_DEPTH} levels.`);
  if (Array.isArray(value)) return value.map((entry) => cleanBody(entry, depth + 1));
  const fields = Object.entries(value).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(fields.map(([name, entry]) => [saneText(name), cleanBody(entry, depth + 1)]));
}
