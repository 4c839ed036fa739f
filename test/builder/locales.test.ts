import { globSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { definitionOf, stepKinds } from '#shared/steps/index.ts';
import { step } from '../support/drawing.ts';

type Texts = Map<string, string>;

/** All texts of a language by dotted key; the file's name comes first. */
function textsOf(language: string): Texts {
  const texts: Texts = new Map();
  const folder = join('builder', 'locales', language);
  for (const file of globSync(join(folder, '**', '*.json'))) {
    const place = relative(folder, file).replace('.json', '').split(sep).join('.');
    collect(JSON.parse(readFileSync(file, 'utf8')), place, texts);
  }
  return texts;
}

function collect(node: unknown, key: string, into: Texts): void {
  if (typeof node === 'string') into.set(key, node);
  else for (const [part, child] of Object.entries(node ?? {})) collect(child, `${key}.${part}`, into);
}

/** Chinese has one plural form, so keys are compared without theirs. */
const withoutPlural = (key: string) => key.replace(/_(zero|one|other)$/, '');
/** `steps.message.summary_empty` is what i18next takes for `steps.message.summary` in the context `empty`. */
const withoutContext = (key: string) => key.replace(/_[a-zA-Z]+$/, '');
const keysOf = (texts: Texts) => [...new Set([...texts.keys()].map(withoutPlural))].toSorted();
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map(([, name = '']) => name)
    .toSorted((one, other) => one.localeCompare(other))
    .join(' ');

const english = textsOf('en');
const chinese = textsOf('zh-CN');
const code = globSync('{builder,shared}/**/*.{ts,tsx}', { exclude: (path) => path.includes('dist') })
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const literals = new Set([...code.matchAll(/['"`]([a-zA-Z]+(?:\.[\w-]+)+)['"`]/g)].map(([, key]) => key));
/** Keys that are put together, `journeys.${verb}Title`, as patterns of the keys they can become. */
const patterns = [...code.matchAll(/`([a-zA-Z]+\.[^`\s]*\$\{[^`\n]*)`/g)].map(
  ([, template = '']) =>
    new RegExp(
      `^${template
        .replaceAll(/\$\{[^}]*\}/g, ' ')
        .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
        .replaceAll(' ', '.+')}$`,
    ),
);

test('both languages have the same texts', () => {
  expect(keysOf(chinese)).toEqual(keysOf(english));
});

test('a translated text keeps the places that are filled in', () => {
  const changed = [...english].filter(([key, text]) => {
    const translated = chinese.get(key) ?? chinese.get(`${withoutPlural(key)}_other`);
    return translated !== undefined && !key.endsWith('_one') && placeholders(text) !== placeholders(translated);
  });
  expect(changed).toEqual([]);
});

test('every step kind has its name, its line on the card, and the names of its ways out', () => {
  const known = new Set(keysOf(english));
  const wanted = stepKinds.flatMap((kind) => {
    const fresh = step('fresh', kind);
    const { summary, outcomes, message } = definitionOf(fresh);
    const unlabelled = outcomes(fresh).filter(({ label }) => label === undefined);
    return [
      `steps.${kind}.name`,
      summary(fresh).key,
      ...(message(fresh) === null ? [] : [`steps.${kind}.format`]),
      ...unlabelled.map(({ id }) => `steps.${kind}.outcomes.${id}`),
    ];
  });
  expect(wanted.filter((key) => !known.has(key))).toEqual([]);
});

test('no text is empty', () => {
  expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
});

test('every text that a page names exists', () => {
  const known = new Set(keysOf(english));
  const areas = new Set([...known].map((key) => key.split('.')[0]));
  const named = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key = '']) => key);
  expect(named.filter((key) => !known.has(key))).toEqual([]);
  expect(areas.size).toBeGreaterThan(5);
});

test('every text is used by a page', () => {
  const used = (key: string) => literals.has(key) || patterns.some((pattern) => pattern.test(key));
  const unused = keysOf(english).filter((key) => !used(key) && !used(withoutContext(key)));
  expect(unused).toEqual([]);
});
