import { decode, isDoc, isList, isOperatorDoc, type Doc } from '../bson/document.ts';
import { encodeValue } from '../bson/keys.ts';
import { pick, pickerFor } from '../bson/pick.ts';
import { Fault } from '../faults.ts';
import { accumulatorFactory, type Accumulator } from './accumulators.ts';
import { compute } from './expressions.ts';

type Reader = (doc: Doc) => unknown;

interface Field {
  readonly name: string;
  readonly start: () => Accumulator;
  readonly value: Reader;
}

interface Group {
  readonly id: unknown;
  readonly accumulators: readonly Accumulator[];
}

/** A $group under way: documents come in portions, and only their groups stay in memory. */
export class Grouping {
  readonly #groups = new Map<string, Group>();
  readonly #id: Reader;
  readonly #fields: readonly Field[];
  /** Expressions with operators, worked out for a whole portion before its documents are read. */
  readonly #computed: Doc = {};
  /** Reads of a stored document what the $group can see of it. */
  readonly read: (bytes: Uint8Array) => Doc;

  constructor(spec: Doc) {
    const { _id: id, ...fields } = spec;
    if (id === undefined) throw new Fault('BadValue', 'a group specification must include an _id');
    const paths = [...pathsIn(spec)];
    const picker = paths.some((path) => path.startsWith('$')) ? undefined : pickerFor(paths);
    this.read = (bytes) => (picker ? pick(bytes, picker) : decode(bytes));
    this.#id = this.#reader(id);
    this.#fields = Object.entries(fields).map(([name, accumulator]) => {
      const [[operator, operand] = ['', undefined], ...others] = isDoc(accumulator) ? Object.entries(accumulator) : [];
      if (others.length > 0) throw new Fault('BadValue', `The field '${name}' must specify one accumulator`);
      return { name, start: accumulatorFactory(operator), value: this.#reader(operand) };
    });
  }

  add(docs: readonly Doc[]): void {
    const ready = Object.keys(this.#computed).length > 0 ? compute(docs, '$addFields', this.#computed) : docs;
    for (const doc of ready) {
      const { accumulators } = this.#groupOf(this.#id(doc) ?? null);
      for (const [i, { value }] of this.#fields.entries()) accumulators[i]?.add(value(doc));
    }
  }

  groups(): Doc[] {
    return [...this.#groups.values()].map(({ id, accumulators }) => ({
      _id: id,
      ...Object.fromEntries(this.#fields.map(({ name }, i) => [name, accumulators[i]?.result()])),
    }));
  }

  #groupOf(id: unknown): Group {
    const key = typeof id === 'string' ? `s${id}` : encodeValue(id).toString('latin1');
    const known = this.#groups.get(key);
    if (known) return known;
    const group = { id, accumulators: this.#fields.map(({ start }) => start()) };
    this.#groups.set(key, group);
    return group;
  }

  #reader(expression: unknown): Reader {
    if (typeof expression === 'string' && expression.startsWith('$')) return this.#pathReader(expression);
    if (isOperatorDoc(expression) || isList(expression)) {
      const name = `computed ${Object.keys(this.#computed).length}`;
      this.#computed[name] = expression;
      return (doc) => doc[name];
    }
    if (!isDoc(expression)) return () => expression;
    const readers = Object.entries(expression).map(([name, value]): [string, Reader] => [name, this.#reader(value)]);
    return (doc) => Object.fromEntries(readers.map(([name, read]) => [name, read(doc)]));
  }

  #pathReader(path: string): Reader {
    if (path === '$$ROOT' || path === '$$CURRENT') return (doc) => doc;
    if (path.startsWith('$$')) throw new Fault('BadValue', `the variable ${path} is not supported here`);
    const parts = path.slice(1).split('.');
    const [first = ''] = parts;
    return parts.length === 1 ? (doc) => doc[first] : (doc) => valueAt(doc, parts, 0);
  }
}

/** As expressions read a path: through a list, the list of what its elements have there. */
function valueAt(value: unknown, parts: readonly string[], at: number): unknown {
  const part = parts[at];
  if (part === undefined) return value;
  if (isDoc(value)) return valueAt(value[part], parts, at + 1);
  if (!isList(value)) return undefined;
  return value.map((element) => valueAt(element, parts, at)).filter((element) => element !== undefined);
}

/** The field paths in an expression, without their "$"; those of variables keep one. */
function* pathsIn(expression: unknown): Generator<string> {
  if (typeof expression === 'string') {
    if (expression.startsWith('$') && expression !== '$$NOW') yield expression.slice(1);
  } else if (isList(expression)) for (const element of expression) yield* pathsIn(element);
  else if (isDoc(expression)) for (const value of Object.values(expression)) yield* pathsIn(value);
}
