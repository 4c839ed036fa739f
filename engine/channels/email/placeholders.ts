/** Liquid's tags and outputs, which Markdown and MJML must not touch. */
const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** Text with its merge tags out of the way. */
export type Shielded = { text: string; restore(rendered: string): string };

/** Puts plain words in the place of merge tags; `restore` brings them back wherever those words have come to stand. */
export function shieldLiquid(source: string): Shielded {
  // A word that the source does not hold, safe in text, attributes and addresses alike.
  let word = 'liquidtag';
  while (source.includes(word)) word += 'x';
  const tags: string[] = [];
  const text = source.replace(LIQUID, (tag) => `${word}${tags.push(tag) - 1}z`);
  const alone = new RegExp(`<p>\\s*((?:${word}\\d+z\\s*)+)</p>`, 'g');
  const each = new RegExp(`${word}(\\d+)z`, 'g');
  return {
    text,
    restore: (rendered) =>
      rendered
        .replace(alone, (whole, inner: string) =>
          // A paragraph of nothing but tags such as {% if %} would leave an empty line behind.
          [...inner.matchAll(each)].every(([, index]) => tags[Number(index)]?.startsWith('{%')) ? inner : whole,
        )
        .replace(each, (_, index: string) => tags[Number(index)] ?? ''),
  };
}
