import type { IncomingEvent } from './incoming.ts';

const MOST_EVENTS = 20_000;
const MOST_BYTES = 24 * 1024 * 1024;

/** What was accepted and not yet carried on, so that callers can be put off before memory grows. */
export interface WaitingRoom {
  /** Answers false for a repeat that comes while the first still waits: it is counted with that one. */
  enter(event: Pick<IncomingEvent, 'id' | 'bytes'>): boolean;
  leave(id: string): void;
  /** Whether so many more would be too many. */
  isFull(more?: number): boolean;
}

/** Counts events and their bytes in memory. */
export function createWaitingRoom(): WaitingRoom {
  const waiting = new Map<string, number>();
  let bytesWaiting = 0;
  return {
    enter({ id, bytes }) {
      if (waiting.has(id)) return false;
      waiting.set(id, bytes);
      bytesWaiting += bytes;
      return true;
    },
    leave(id) {
      bytesWaiting -= waiting.get(id) ?? 0;
      waiting.delete(id);
    },
    isFull: (more = 1) => waiting.size + more > MOST_EVENTS || bytesWaiting >= MOST_BYTES,
  };
}
