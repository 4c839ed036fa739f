import { isDoc, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';

export interface IndexField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly descending: boolean;
}

/** An index as it was declared. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly expireAfterSeconds: number | undefined;
}

const KNOWN_OPTIONS = new Set(['key', 'name', 'unique', 'sparse', 'expireAfterSeconds', 'background', 'v', 'ns']);

/** Reads one entry of createIndexes; whatever would index or compare otherwise than asked is refused. */
export function readIndexSpec(declared: Doc): IndexSpec {
  for (const option of Object.keys(declared)) {
    if (!KNOWN_OPTIONS.has(option)) throw new Fault('CannotCreateIndex', `index option '${option}' is not supported`);
  }
  const { key, name, unique, sparse, expireAfterSeconds } = declared;
  if (!isDoc(key) || Object.keys(key).length === 0)
    throw new Fault('CannotCreateIndex', 'an index key must be a non-empty object');
  const fields = Object.entries(key).map(([path, direction]) => indexField(path, direction));
  if (expireAfterSeconds !== undefined && fields.length > 1)
    throw new Fault('CannotCreateIndex', 'TTL indexes are single-field indexes');
  return {
    name:
      typeof name === 'string'
        ? name
        : fields.map(({ path, descending }) => `${path}_${descending ? -1 : 1}`).join('_'),
    fields,
    unique: Boolean(unique),
    sparse: Boolean(sparse),
    expireAfterSeconds: expireAfterSeconds === undefined ? undefined : Number(expireAfterSeconds),
  };
}

function indexField(path: string, direction: unknown): IndexField {
  if (direction !== 1 && direction !== -1)
    throw new Fault('CannotCreateIndex', `index type '${String(direction)}' is not supported, only 1 and -1`);
  if (path.startsWith('$') || path.includes('.$'))
    throw new Fault('CannotCreateIndex', `no index on '${path}' is supported`);
  return { path, parts: path.split('.'), descending: direction < 0 };
}

/** The fields of an index as clients name them: 1 for ascending, -1 for descending. */
export function keyPattern({ fields }: IndexSpec): Doc {
  return Object.fromEntries(fields.map(({ path, descending }) => [path, descending ? -1 : 1]));
}

/** The form that listIndexes shows and the catalog stores; readIndexSpec reads it back. */
export function describeIndex(spec: IndexSpec): Doc {
  return {
    v: 2,
    key: keyPattern(spec),
    name: spec.name,
    ...(spec.unique && { unique: true }),
    ...(spec.sparse && { sparse: true }),
    ...(spec.expireAfterSeconds !== undefined && { expireAfterSeconds: spec.expireAfterSeconds }),
  };
}
