/** A list in stretches of at most so many, in order; nothing for an empty list. */
export function* inPages<Row>(rows: readonly Row[], size = 500): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
