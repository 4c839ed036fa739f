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
  /**
   * Waits for the next permit; false when it would come after `before`, in real milliseconds. `ahead`: before all others
   * who wait, because leave by a narrower limit is had already and would grow stale.
   */
  take(limit: Limit, before: number, place?: { ahead: boolean }): Promise<boolean>;
}

type Waiter = { before: number; resolve(leave: boolean): void; reject(error: unknown): void };
type Bucket = { instants: number[]; ahead: Waiter[]; waiting: Waiter[]; isServing: boolean };

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

  /** Gives each instant, once it has come, to whoever is first then. */
  async function serve(limit: Limit, bucket: Bucket): Promise<void> {
    bucket.isServing = true;
    try {
      while (bucket.ahead.length + bucket.waiting.length > 0) {
        const instant = bucket.instants.shift();
        if (instant === undefined) {
          await reserve(limit, bucket);
          continue;
        }
        for (const queue of ['ahead', 'waiting'] as const) {
          for (const { resolve } of bucket[queue].filter(({ before }) => instant > before)) resolve(false);
          bucket[queue] = bucket[queue].filter(({ before }) => instant <= before);
        }
        if (bucket.ahead.length + bucket.waiting.length === 0) bucket.instants.unshift(instant);
        else {
          await pause(Math.max(0, instant - Date.now()));
          // Held up past it, whoever waited gets a later one, so that a standstill ends in no rush either.
          if (Date.now() - instant <= KEPT_MS) (bucket.ahead.shift() ?? bucket.waiting.shift())?.resolve(true);
        }
      }
    } catch (error) {
      for (const { reject } of [...bucket.ahead.splice(0), ...bucket.waiting.splice(0)]) reject(error);
    } finally {
      bucket.isServing = false;
    }
  }

  return {
    take(limit, before, { ahead } = { ahead: false }) {
      const known = `${limit.id}|${limit.perSecond}`;
      const bucket: Bucket = buckets.get(known) ?? { instants: [], ahead: [], waiting: [], isServing: false };
      buckets.set(known, bucket);
      return new Promise((resolve, reject) => {
        (ahead ? bucket.ahead : bucket.waiting).push({ before, resolve, reject });
        if (!bucket.isServing) void serve(limit, bucket);
      });
    },
  };
}
