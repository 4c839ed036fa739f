import { Liquid } from 'liquidjs';

const liquid = new Liquid({ ownPropertyOnly: true, cache: true });

/** What a mapped value comes to for one row; null while the template is unfinished or names no column. */
export function renderTemplate(template: string, row: Readonly<Record<string, string>>): string | null {
  const columns = Object.keys(row);
  // Column names may hold spaces, which Liquid's own names may not, so cells are named by their place.
  const placed = template.replaceAll(/\{\{\s*([^{}|]+?)\s*(\|[^{}]*)?\}\}/g, (_, name: string, filters = '') =>
    columns.includes(name) ? `{{ cells[${columns.indexOf(name)}] ${filters} }}` : '{{',
  );
  try {
    return String(liquid.parseAndRenderSync(placed, { cells: Object.values(row) })).trim();
  } catch {
    return null;
  }
}
