import { Drop, Output, type Template, TypeGuards } from 'liquidjs';

/** A template of text and plain merge tags alone: `{{ contact.city }}`, or with a `default`. */
export type PlainTags = { pieces: readonly (string | PlainTag)[]; escapes: boolean };

type PlainTag = { path: readonly string[]; otherwise: string | null };

/** Names by which Liquid reads more than a property. */
const MEANINGFUL = new Set(['size', 'first', 'last']);
/** Longer ones are left to Liquid and its limits. */
const LONGEST = 1_000_000;

/**
 * Nearly every message is text and plain tags, and nearly everything it costs to fill one in is Liquid's interpreter.
 * Answers what Liquid parsed as such pieces, or null when there is anything else in it.
 */
export function plainTags(templates: readonly Template[], { escapes }: { escapes: boolean }): PlainTags | null {
  const pieces = templates.map((template) => pieceOf(template, escapes));
  return pieces.some((piece) => piece === null) ? null : { pieces: pieces.filter((piece) => piece !== null), escapes };
}

function pieceOf(template: Template, escapes: boolean): string | PlainTag | null {
  const { token } = template;
  if (TypeGuards.isHTMLToken(token)) return token.getContent();
  if (!(template instanceof Output)) return null;
  const { initial, filters } = template.value;
  const [read, ...more] = initial.postfix;
  if (more.length > 0 || !TypeGuards.isPropertyAccessToken(read) || read.variable !== undefined) return null;
  const path = read.props.map((prop) => (TypeGuards.isWordToken(prop) ? prop.content : null));
  if (path.some((name) => name === null || MEANINGFUL.has(name))) return null;
  // Liquid adds the escaping as a last filter, but for what asks to be printed raw.
  const named = escapes ? filters.slice(0, -1) : filters;
  if (escapes && filters.at(-1)?.raw !== false) return null;
  const [filter, ...further] = named;
  if (further.length > 0) return null;
  const names = path.filter((name) => name !== null);
  if (filter === undefined) return { path: names, otherwise: null };
  const [otherwise, ...rest] = filter.args;
  if (filter.name !== 'default' || rest.length > 0 || Array.isArray(otherwise)) return null;
  if (!TypeGuards.isQuotedToken(otherwise) && !TypeGuards.isNumberToken(otherwise)) return null;
  return { path: names, otherwise: String(otherwise.content) };
}

/** Fills plain tags in just as Liquid would; null where a value is more than text, number or day, so that Liquid must. */
export function fillPlain({ pieces, escapes }: PlainTags, context: Readonly<Record<string, unknown>>): string | null {
  let filled = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      filled += piece;
      continue;
    }
    const printed = printedAt(context, piece);
    if (printed === null) return null;
    filled += escapes ? escapeHtml(printed) : printed;
  }
  return filled.length > LONGEST ? null : filled;
}

function printedAt(context: Readonly<Record<string, unknown>>, { path, otherwise }: PlainTag): string | null {
  let found: unknown = context;
  for (const name of path) {
    if (found === null || found === undefined) break;
    if (!isPlainObject(found)) return null;
    found = Object.hasOwn(found, name) ? found[name] : undefined;
  }
  const value: unknown = found instanceof Drop ? found.valueOf() : found;
  if (value === null || value === undefined || value === '') return otherwise ?? '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}
