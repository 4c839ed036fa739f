/** Where a mirror's rows come from. `since` must answer every row that appeared or changed from that instant on. */
export type MirrorSource<Row> = {
  all: () => AsyncIterable<Row>;
  since: (instant: Date) => AsyncIterable<Row>;
  instantOf: (row: Row) => Date;
  /** How many rows there are; where it differs from what was seen, some came with an early instant or went. */
  count: () => Promise<number>;
};

/** Rows kept in memory: read once in full, then only what is new, so that watching costs what changes and not what there is. */
export interface Mirror<Row> {
  read(): Promise<ReadonlyMap<string, Row>>;
}

/** Writers' clocks and writes under way: what is this much older than the newest row is read again. */
const OVERLAP_MS = 5_000;
/** A full reading may take at most one part in so many of the time. */
const FULL_SHARE = 20;
/** Once in a while everything is read again, whatever the count says. */
const FULL_EVERY_MS = 60_000;

/** Reads a source in full, and from then on mostly only rows newer than what was seen. */
export function createMirror<Row extends { _id: string }>(source: MirrorSource<Row>): Mirror<Row> {
  let rows = new Map<string, Row>();
  let newest: Date | null = null;
  let newestSeenAt = 0;
  let full = { at: 0, tookMs: 0 };

  function take(row: Row, into: Map<string, Row>) {
    into.set(row._id, row);
    const instant = source.instantOf(row);
    if (newest && instant <= newest) return;
    newest = instant;
    newestSeenAt = Date.now();
  }

  async function readAll() {
    const startedAt = Date.now();
    const fresh = new Map<string, Row>();
    newest = null;
    for await (const row of source.all()) take(row, fresh);
    rows = fresh;
    full = { at: Date.now(), tookMs: Date.now() - startedAt };
  }

  async function readNew(from: Date) {
    // Once nothing newer has come for a while, whatever was under way beside the newest row is there too.
    const overlapMs = Date.now() - newestSeenAt > 2 * OVERLAP_MS ? 0 : OVERLAP_MS;
    for await (const row of source.since(new Date(from.getTime() - overlapMs))) take(row, rows);
  }

  async function read() {
    const ageMs = Date.now() - full.at;
    if (ageMs > Math.max(FULL_EVERY_MS, full.tookMs * FULL_SHARE * 3)) await readAll();
    else if (newest) await readNew(newest);
    if ((await source.count()) !== rows.size && Date.now() - full.at >= full.tookMs * FULL_SHARE) await readAll();
    return rows;
  }

  let reading: Promise<ReadonlyMap<string, Row>> | null = null;
  return {
    // Whoever asks during a reading shares it; two at once would write into each other's rows.
    read: () => {
      reading ??= read().finally(() => (reading = null));
      return reading;
    },
  };
}
