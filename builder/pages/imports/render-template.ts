import { Liquid } from 'liquidjs';

const liquid = new Liquid({ ownPropertyOnly: true, cache: true });

/** What a mapped value comes to for one row; null while the template is not finished. */
export function renderTemplate(template: string, row: Readonly<Record<string, string>>): string | null {
  try {
    return String(liquid.parseAndRenderSync(template, row)).trim();
  } catch {
    return null;
  }
}
