import { Liquid } from 'liquidjs';
import { saneText } from '../v1/sane.ts';

/** Makes a value out of a row's cells. */
export type CellTemplate = (cells: readonly string[]) => string;

const liquid = new Liquid({ ownPropertyOnly: true, parseLimit: 10_000, renderLimit: 100, memoryLimit: 1_000_000 });

/**
 * Compiles a mapped value such as `customer-{{ customer_id }}@example.com`; column names may hold spaces.
 * @throws Error that says what is wrong with the template
 */
export function cellTemplate(template: string, columns: readonly string[]): CellTemplate {
  if (template.trim() === '') return () => '';
  if (/\{%-?\s*(for|tablerow)\b/.test(template)) throw new Error('A mapped value may not loop.');
  const places = new Map(columns.map((column, index) => [column, index]));
  const parts: (string | number)[] = [];
  let isPlain = !template.includes('{%');
  let end = 0;
  let source = '';
  for (const found of template.matchAll(/\{\{-?\s*([^{}|]+?)\s*(\|[^{}]*?)?-?\}\}/g)) {
    const [whole, name = '', filters = ''] = found;
    const place = places.get(name);
    if (place === undefined && !/^(["'\d]|cells\[)/.test(name) && isPlain) {
      throw new Error(`There is no column “${name}”.`);
    }
    if (place === undefined || filters !== '') isPlain = false;
    const before = template.slice(end, found.index);
    parts.push(before, place ?? 0);
    source += before + (place === undefined ? whole : `{{ cells[${place}] ${filters} }}`);
    end = found.index + whole.length;
  }
  const rest = template.slice(end);
  if (isPlain && !rest.includes('{{')) {
    parts.push(rest);
    return (cells) =>
      saneText(parts.map((part) => (typeof part === 'number' ? (cells[part] ?? '').trim() : part)).join('')).trim();
  }
  const parsed = liquid.parse(source + rest);
  return (cells) => saneText(String(liquid.renderSync(parsed, { cells }))).trim();
}
