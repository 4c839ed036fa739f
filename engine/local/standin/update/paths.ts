import { isDoc, isList, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';

/** Given the value at a path, returns the value to be there; undefined is none. */
export type Edit = (value: unknown) => unknown;

/** An update's path, taken apart. @throws Fault for positional paths, which are not supported */
export function readPath(path: string): string[] {
  const parts = path.split('.');
  if (parts.some((part) => part === '' || part.startsWith('$')))
    throw new Fault('BadValue', `the update path '${path}' is not supported`);
  return parts;
}

/**
 * Edits the value at a path in place and returns whether anything changed. Missing documents on the
 * way are made when there is a value to put. @throws Fault PathNotViable where a scalar is in the way
 */
export function editAt(doc: Doc, parts: readonly string[], edit: Edit): boolean {
  let parent: Doc | unknown[] = doc;
  for (const [at, part] of parts.entries()) {
    const value: unknown = valueIn(parent, part);
    if (at === parts.length - 1) return put(parent, part, { before: value, after: edit(value) });
    if (value === undefined) {
      const after = edit(undefined);
      return after === undefined
        ? false
        : put(parent, part, { before: value, after: nested(parts.slice(at + 1), after) });
    }
    if (!isDoc(value) && !isList(value)) {
      if (edit(undefined) === undefined) return false;
      throw new Fault('PathNotViable', `Cannot create field '${parts[at + 1] ?? ''}' in element {${part}}`);
    }
    parent = value;
  }
  return false;
}

/** No path may be updated twice, nor be within another that is. */
export function assertApart(paths: readonly string[]): void {
  const sorted = paths.map((path) => `${path}.`).sort();
  for (const [i, path] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before === undefined || !path.startsWith(before)) continue;
    const message = `Updating the path '${path.slice(0, -1)}' would create a conflict at '${before.slice(0, -1)}'`;
    throw new Fault('ConflictingUpdateOperators', message);
  }
}

function valueIn(parent: Doc | unknown[], part: string): unknown {
  if (isList(parent)) return parent[positionOf(part)];
  return Object.hasOwn(parent, part) ? parent[part] : undefined;
}

function positionOf(part: string): number {
  if (/^\d{1,6}$/.test(part)) return Number(part);
  throw new Fault('PathNotViable', `Cannot create field '${part}' in a list`);
}

function put(parent: Doc | unknown[], part: string, { before, after }: { before: unknown; after: unknown }): boolean {
  if (Object.is(before, after)) return false;
  if (isList(parent)) {
    const position = positionOf(part);
    // A list has no holes: MongoDB fills up with null, and puts null for what is unset.
    while (parent.length < position) parent.push(null);
    parent[position] = after ?? null;
  } else if (after === undefined) delete parent[part];
  else Object.defineProperty(parent, part, { value: after, writable: true, enumerable: true, configurable: true });
  return true;
}

function nested(parts: readonly string[], value: unknown): unknown {
  return parts.reduceRight((inner: unknown, part) => Object.fromEntries([[part, inner]]), value);
}
