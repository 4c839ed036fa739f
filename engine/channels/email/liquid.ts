import { Drop, filters, Liquid, type Template } from 'liquidjs';
import { fillPlain, type PlainTags, plainTags } from './plain-tags.ts';

/** What one person's message may cost to render; past it only that person's message fails. */
const limits = { parseLimit: 1_000_000, renderLimit: 500, memoryLimit: 20_000_000 };

const options = {
  ownPropertyOnly: true,
  // An empty set of partials: templates never reach the file system.
  templates: {},
  strictFilters: true,
  ...limits,
};

type FilterImpl = ThisParameterType<FilterHandler>;
type FilterHandler = Extract<(typeof filters)[string], (...args: never[]) => unknown>;

const html = new Liquid({ ...options, outputEscape: 'escape' });
const text = new Liquid(options);
for (const engine of [html, text]) engine.registerFilter('date', zonedDate);

/** A template's own fault, for one person or for all: it is theirs to be told, not the machinery's to repeat. */
export class TemplateFault extends Error {
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.name = 'TemplateFault';
  }
}

type Parsed = { templates: Template[]; plain: PlainTags | null };

const KEPT = 400;
const parsed = { html: new Map<string, Parsed>(), text: new Map<string, Parsed>() };

/**
 * Fills a template in with what is known of one person. HTML escapes every value; text escapes none.
 * @throws TemplateFault when it cannot be parsed or rendered, or costs too much
 */
export function fill(kind: 'html' | 'text', template: string, context: Record<string, unknown>): string {
  if (!template.includes('{')) return template;
  try {
    const engine = kind === 'html' ? html : text;
    const { templates, plain } = parse(kind, template);
    const filled = plain && fillPlain(plain, context);
    if (filled !== null) return filled;
    const render = () => String(engine.renderSync(templates, context));
    try {
      return render();
    } catch (error) {
      // The limit is one of time, and the whole process may have been held up: a loop meets it again.
      if (!(error instanceof Error && error.message.includes('render limit exceeded'))) throw error;
      return render();
    }
  } catch (error) {
    throw new TemplateFault(error instanceof Error ? error.message : 'The template failed.', { cause: error });
  }
}

/** Why a template cannot be used, or null. */
export function templateProblem(template: string): string | null {
  try {
    text.parse(template);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : 'The template cannot be read.';
  }
}

/** Parses a template once; the oldest of many give way. */
function parse(kind: 'html' | 'text', template: string): Parsed {
  const known = parsed[kind];
  const found = known.get(template);
  if (found) return found;
  const templates = (kind === 'html' ? html : text).parse(template);
  const fresh = { templates, plain: plainTags(templates, { escapes: kind === 'html' }) };
  const [oldest] = known.keys();
  if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
  known.set(template, fresh);
  return fresh;
}

/** An instant that prints as a day in words, and that the `date` filter formats in the same zone. */
export class Day extends Drop {
  readonly at: Date;
  private readonly format: Intl.DateTimeFormat;

  constructor(at: Date, { zone, language }: { zone: string; language: string }) {
    super();
    this.at = at;
    this.format = formatOf(zone, language);
  }

  override valueOf(): string {
    return this.format.format(this.at);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are costly to make, and there are few. */
function formatOf(zone: string, language: string): Intl.DateTimeFormat {
  const key = `${zone} ${language}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: zone });
  formats.set(key, format);
  return format;
}

const builtInDate = filterOf('date');

function filterOf(name: string): FilterHandler {
  const filter = filters[name];
  if (typeof filter !== 'function') throw new Error(`Liquid has no filter ${name}.`);
  return filter;
}

/** Liquid's `date` in the workspace's zone rather than the server's. */
function zonedDate(this: FilterImpl, value: unknown, format?: string, zone?: string): unknown {
  const at = value instanceof Day ? value.at : value;
  const own = zone ?? this.context.getSync(['timeZone']);
  return builtInDate.call(this, at, format, own);
}
