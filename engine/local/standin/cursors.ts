import { Fault } from './faults.ts';
import type { Portions } from './query/read.ts';
import { BatchReply } from './wire/reply.ts';

const IDLE_LIMIT_MS = 10 * 60_000;
/** Less than MongoDB's 16 MB: a batch is put together in one go on the only thread there is. */
const BATCH_BYTES = 4 * 1024 * 1024;
export const FIRST_BATCH = 101;

interface OpenCursor {
  readonly namespace: string;
  readonly source: Portions<Uint8Array>;
  /** Read from the source, but not sent yet. */
  pending: Uint8Array[];
  exhausted: boolean;
  usedAtMs: number;
}

/** The cursors that clients have open; one that is idle for ten minutes is closed. */
export class Cursors {
  readonly #open = new Map<number, OpenCursor>();
  // Not from zero: an id of before a restart must not find another cursor after it.
  #lastId = Math.floor(Math.random() * 2 ** 40);

  /** Answers with the first batch and, unless that is all, leaves a cursor open. */
  *first(namespace: string, source: Portions<Uint8Array>, size = FIRST_BATCH): Generator<void, BatchReply, void> {
    const cursor: OpenCursor = { namespace, source, pending: [], exhausted: false, usedAtMs: Date.now() };
    const documents = size === 0 ? [] : yield* takeBatch(cursor, size);
    const cursorId = isDone(cursor) ? 0 : ++this.#lastId;
    if (cursorId > 0) this.#open.set(cursorId, cursor);
    return new BatchReply({ namespace, cursorId, batchName: 'firstBatch', documents });
  }

  /** `size` 0 is as many as fit. */
  *next(id: number, namespace: string, size: number): Generator<void, BatchReply, void> {
    const cursor = this.#open.get(id);
    if (cursor?.namespace !== namespace) throw new Fault('CursorNotFound', `cursor id ${id} not found`);
    // Away while it is read, and for good when that fails.
    this.#open.delete(id);
    const documents = yield* takeBatch(cursor, size || Infinity);
    cursor.usedAtMs = Date.now();
    if (!isDone(cursor)) this.#open.set(id, cursor);
    return new BatchReply({ namespace, cursorId: isDone(cursor) ? 0 : id, batchName: 'nextBatch', documents });
  }

  kill(id: number): boolean {
    return this.#open.delete(id);
  }

  closeIdle(nowMs = Date.now()): void {
    for (const [id, { usedAtMs }] of this.#open) if (nowMs - usedAtMs > IDLE_LIMIT_MS) this.#open.delete(id);
  }
}

function isDone({ exhausted, pending }: OpenCursor): boolean {
  return exhausted && pending.length === 0;
}

/** Takes documents until there are `size`, or as many as fit; gives way between portions. */
function* takeBatch(cursor: OpenCursor, size: number): Generator<void, Uint8Array[], void> {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    let taken = 0;
    for (const document of cursor.pending) {
      // An only document is sent whatever its size.
      if (batch.length >= size || (batch.length > 0 && bytes + document.byteLength > BATCH_BYTES)) break;
      batch.push(document);
      bytes += document.byteLength;
      taken++;
    }
    cursor.pending = cursor.pending.slice(taken);
    if (cursor.pending.length > 0 || cursor.exhausted) return batch;
    if (batch.length >= size) return batch;
    const { value, done } = cursor.source.next();
    if (done) cursor.exhausted = true;
    else cursor.pending = value;
    yield;
  }
}
