import { decode, encode, isDoc, isList, type Doc } from '../bson/document.ts';
import { cut, cutOf } from '../bson/cut.ts';
import { pick, pickerFor } from '../bson/pick.ts';
import { Fault } from '../faults.ts';

/** A document's bytes after a projection, or undefined where there is none. */
export type Projection = (bytes: Uint8Array) => Uint8Array;

type Slice = readonly [skip: number, count: number];

/** Reads a projection of fields in or out, and `$slice`. @throws Fault for other operators */
export function readProjection(projection: unknown): Projection | undefined {
  if (!isDoc(projection) || Object.keys(projection).length === 0) return undefined;
  const included: string[] = [];
  const excluded: string[] = [];
  const slices = new Map<string, Slice>();
  for (const [path, value] of Object.entries(projection)) {
    if (path.startsWith('$') || path.includes('.$'))
      throw new Fault('BadValue', `projection '${path}' is not supported`);
    if (isDoc(value)) slices.set(path, readSlice(value));
    else if (value === 1 || value === true) included.push(path);
    else if (value === 0 || value === false) excluded.push(path);
    else throw new Fault('BadValue', `projection '${path}: ${JSON.stringify(value)}' is not supported`);
  }
  const inclusive = included.some((path) => path !== '_id') || (included.length > 0 && excluded.length === 0);
  if (inclusive && excluded.some((path) => path !== '_id'))
    throw new Fault('BadValue', 'a projection cannot both include and exclude');
  const paths = [...new Set(['_id', ...included, ...slices.keys()])].filter((path) => !excluded.includes(path));
  const named = inclusive ? paths : excluded;
  if (slices.size === 0 && named.every((path) => !path.includes('.'))) {
    const wholeFields = cutOf(named, inclusive);
    return (bytes) => cut(bytes, wholeFields);
  }
  const shorten = (doc: Doc): Doc =>
    [...slices].reduce((shortDoc, [path, slice]) => sliced(shortDoc, path.split('.'), slice), doc);
  if (!inclusive) return (bytes) => encode(shorten(without(decode(bytes), treeOf(excluded))));
  const [picker, tree] = [pickerFor(paths), treeOf(paths)];
  return (bytes) => encode(shorten(only(pick(bytes, picker), tree)));
}

function readSlice(operand: Doc): Slice {
  const slice = operand['$slice'];
  if (typeof slice === 'number') return slice < 0 ? [slice, Infinity] : [0, slice];
  if (isList(slice) && slice.length === 2 && slice.every((part) => typeof part === 'number'))
    return [Number(slice[0]), Number(slice[1])];
  throw new Fault('BadValue', `projection operator ${Object.keys(operand).join()} is not supported`);
}

interface Tree {
  readonly [name: string]: Tree | true;
}

function treeOf(paths: readonly string[]): Tree {
  const below = new Map<string, string[]>();
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    below.set(name, [...(below.get(name) ?? []), ...(rest.length > 0 ? [rest.join('.')] : [])]);
  }
  return Object.fromEntries(
    [...below].map(([name, rest]) => [name, rest.length === 0 || paths.includes(name) ? true : treeOf(rest)]),
  );
}

function only(doc: Doc, tree: Tree): Doc {
  const kept = Object.entries(doc).flatMap(([name, value]): [string, unknown][] => {
    const branch = tree[name];
    if (branch === undefined) return [];
    if (branch === true) return [[name, value]];
    if (isList(value)) return [[name, value.filter(isDoc).map((element) => only(element, branch))]];
    return isDoc(value) ? [[name, only(value, branch)]] : [];
  });
  return Object.fromEntries(kept);
}

function without(doc: Doc, tree: Tree): Doc {
  const kept = Object.entries(doc).flatMap(([name, value]): [string, unknown][] => {
    const branch = tree[name];
    if (branch === undefined) return [[name, value]];
    if (branch === true) return [];
    if (isList(value)) return [[name, value.map((element) => (isDoc(element) ? without(element, branch) : element))]];
    return [[name, isDoc(value) ? without(value, branch) : value]];
  });
  return Object.fromEntries(kept);
}

function sliced(doc: Doc, [name = '', ...rest]: readonly string[], slice: Slice): Doc {
  const value = doc[name];
  if (rest.length > 0) return isDoc(value) ? { ...doc, [name]: sliced(value, rest, slice) } : doc;
  if (!isList(value)) return doc;
  const [skip, count] = slice;
  const start = skip < 0 ? Math.max(0, value.length + skip) : skip;
  return { ...doc, [name]: value.slice(start, start + count) };
}
