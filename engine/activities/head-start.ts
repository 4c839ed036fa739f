import { setTimeout as pause } from 'node:timers/promises';
import type { Batch } from '#shared/activities.ts';

/** A group begins so long before its people are due: meanwhile Temporal wakes it and it asks who they are. */
export const HEAD_START_MS = 150;

/** Waits until a batch that came early is due; no longer than it can be early, whatever another machine's clock said. */
export async function untilDue({ at, early }: Pick<Batch, 'at' | 'early'>): Promise<void> {
  const leftMs = Date.parse(at) - Date.now();
  if (early && leftMs > 0) await pause(Math.min(leftMs, HEAD_START_MS));
}
