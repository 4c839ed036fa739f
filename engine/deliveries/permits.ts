import { setTimeout as pause } from 'node:timers/promises';
import { SECOND_MS } from '#shared/duration.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { Permit } from '../models/permit.ts';
import type { Limit } from './limits.ts';

/** The part of a second whose permits a worker reserves at a time. */
const PORTION = 10;
/** A permit not used within this of its instant is lost, so that nobody catches up in a rush. */
const KEPT_MS = 100;

/** Leave to send one mail each, in step over all workers. */
export interface Permits {
  /** Waits for the next permit; false when it would come after `before`, in real milliseconds. */
  take(limit: Limit, before: number): Promise<boolean>;
}

type Bucket = { instants: number[]; reserving: Promise<void> | null };

/** Reserves permits in the database, by compare-and-set on how many of a second are taken. Each has an instant of its own. */
export function createPermits({ permits }: Pick<Models, 'permits'>): Permits {
  const buckets = new Map<string, Bucket>();

  async function reserve({ id, perSecond }: Limit, bucket: Bucket): Promise<void> {
    const portion = Math.ceil(perSecond / PORTION);
    for (let second = Math.floor(Date.now() / SECOND_MS); ;) {
      const _id = `${id}|${second}`;
      const row = await permits.findById(_id).lean<Permit>();
      const passed = ((Date.now() - KEPT_MS - second * SECOND_MS) * perSecond) / SECOND_MS;
      const from = Math.max(row?.taken ?? 0, Math.ceil(passed), 0);
      const to = Math.min(from + portion, perSecond);
      if (from >= perSecond) {
        second++;
        continue;
      }
      if (!(await mark(_id, row, to))) continue;
      for (let nth = from; nth < to; nth++) bucket.instants.push((second + nth / perSecond) * SECOND_MS);
      return;
    }
  }

  /** Whether this worker is the one that moved it on. */
  async function mark(_id: string, row: Permit | null, taken: number): Promise<boolean> {
    if (row === null) return (await insertNew(permits, [{ _id, taken, at: new Date() }])).length === 1;
    return (await nativeOf(permits).updateOne({ _id, taken: row.taken }, { $set: { taken } })).modifiedCount === 1;
  }

  return {
    async take(limit, before) {
      const known = `${limit.id}|${limit.perSecond}`;
      const bucket: Bucket = buckets.get(known) ?? { instants: [], reserving: null };
      buckets.set(known, bucket);
      for (;;) {
        const instant = bucket.instants.shift();
        if (instant === undefined) {
          await (bucket.reserving ??= reserve(limit, bucket).finally(() => (bucket.reserving = null)));
          continue;
        }
        const waitMs = instant - Date.now();
        if (instant > before) {
          bucket.instants.unshift(instant);
          return false;
        }
        if (waitMs > 0) await pause(waitMs);
        // Held up past it, whoever waited asks again, so that a standstill ends in no rush either.
        if (Date.now() - instant > KEPT_MS) continue;
        return true;
      }
    },
  };
}
