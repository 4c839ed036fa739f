import { setTimeout as pause } from 'node:timers/promises';
import type { Batch } from '#shared/activities.ts';

/** A group begins so long before its people are due: meanwhile Temporal wakes it and it asks who they are. */
export const HEAD_START_MS = 150;
/** What came in just before is on disk by then, and still counts. */
const ON_ITS_WAY_MS = 50;

/** Waits until a batch's group is due; no longer than it can be early, whatever another machine's clock said. */
export async function untilDue({ due }: Pick<Batch, 'due'>): Promise<void> {
  if (due === undefined) return;
  const leftMs = Date.parse(due) + ON_ITS_WAY_MS - Date.now();
  if (leftMs > 0) await pause(Math.min(leftMs, HEAD_START_MS + ON_ITS_WAY_MS));
}
