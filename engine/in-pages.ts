/** A list in stretches of at most so many, in order; nothing for an empty list. */
export function* inPages<Row>(rows: readonly Row[], size = 500): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

/** The same for rows that come one by one, as from a cursor. */
export async function* streamInPages<Row>(rows: AsyncIterable<Row>, size = 500): AsyncGenerator<Row[]> {
  let page: Row[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
