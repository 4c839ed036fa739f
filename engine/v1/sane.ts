/** How deep properties may nest. */
const MOST_DEPTH = 20;

export class TooDeep extends Error {
  readonly path: string[];

  constructor(path: string[]) {
    super(`must not nest deeper than ${MOST_DEPTH} levels`);
    this.name = 'TooDeep';
    this.path = path;
  }
}

/**
 * JSON from outside as it can be stored and asked about: no key that is an operator, a path or a prototype, no null
 * bytes, no half characters, no endless numbers.
 * @throws TooDeep naming where it nests too deep.
 */
export function sane(value: unknown, path: string[] = []): unknown {
  if (typeof value === 'string') return saneText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (path.length >= MOST_DEPTH) throw new TooDeep(path);
  if (Array.isArray(value)) return value.map((entry, index) => sane(entry, [...path, String(index)]));
  return saneFields(value, path);
}

/** The same for an object, which stays one. */
export function saneFields(value: object, path: string[] = []): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = saneKey(key);
    if (name !== '__proto__') fields[name] = sane(entry, [...path, key]);
  }
  return fields;
}

/** A field name without the signs that mean something to the database or to paths. */
function saneKey(key: string): string {
  return saneText(key).replaceAll('.', '_').replace(/^\$+/, '_') || '_';
}

/** Text without null bytes and half characters, which the database would refuse. */
export function saneText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
