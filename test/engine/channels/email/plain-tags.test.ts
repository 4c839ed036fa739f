import { Liquid } from 'liquidjs';
import { expect, it, test } from 'vitest';
import { Day } from '#engine/channels/email/liquid.ts';
import { fillPlain, plainTags } from '#engine/channels/email/plain-tags.ts';

const html = new Liquid({ ownPropertyOnly: true, outputEscape: 'escape', strictFilters: true });
const text = new Liquid({ ownPropertyOnly: true, strictFilters: true });

const day = new Day(new Date('2026-04-30T12:00:00Z'), { zone: 'UTC', language: 'en' });
const contexts: Record<string, unknown>[] = [
  { contact: { firstName: 'Ada', city: '<Graz> & "co"', points: 12.5, none: null, empty: '', day } },
  { contact: { firstName: "O'Neil", points: 0, none: undefined } },
  { contact: null },
  { contact: Object.create({ firstName: 'inherited' }) },
  {},
];

const plain = [
  'Dear {{ contact.firstName }},',
  '{{contact.firstName | default: "friend"}} of {{ contact.city | default: \'us & them\' }}',
  'You have {{ contact.points | default: 0 }} points. {{- contact.none }} {{ contact.empty | default: "-" }}',
  'Until {{ contact.day | default: "soon" }}; {{ contact.constructor }}{{ contact.__proto__ }}{{ nobody.at.all }}',
  'Nothing but text, with { braces } and % signs',
];

test.each(plain)('is filled in as Liquid would: %s', (template) => {
  for (const [engine, escapes] of [
    [html, true],
    [text, false],
  ] as const) {
    const templates = engine.parse(template);
    const tags = plainTags(templates, { escapes });
    expect(tags).not.toBeNull();
    let filled = 0;
    for (const context of contexts) {
      const answer = tags && fillPlain(tags, context);
      if (answer === null) continue;
      filled++;
      expect(answer).toBe(engine.renderSync(templates, context));
    }
    expect(filled).toBeGreaterThanOrEqual(contexts.length - 1);
  }
});

test.each([
  '{{ contact.firstName | upcase }}',
  '{{ contact.firstName | default: contact.name }}',
  '{{ contact.firstName | default: "a" | upcase }}',
  '{{ contact.names.size }}',
  '{{ contact["first name"] }}',
  '{{ contact.firstName | raw }}',
  '{% if contact.vip %}Hello{% endif %}',
  '{{ "quoted" }}',
  '{{ 1 }}',
  '{{ contact.a == contact.b }}',
])('is left to Liquid: %s', (template) => {
  expect(plainTags(html.parse(template), { escapes: true })).toBeNull();
});

it.each([[[1, 2]], [true], [{ a: 1 }], [new Date(0)]])(
  'a value that is neither text nor number is left to Liquid',
  (x) => {
    const tags = plainTags(text.parse('{{ contact.x }}'), { escapes: false });
    expect(tags && fillPlain(tags, { contact: { x } })).toBeNull();
  },
);

it('a template that would grow beyond all bounds is left to Liquid, which has limits', () => {
  const tags = plainTags(text.parse('{{ contact.x }}'.repeat(12)), { escapes: false });
  expect(tags && fillPlain(tags, { contact: { x: 'x'.repeat(100_000) } })).toBeNull();
});
