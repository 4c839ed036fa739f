import { SECOND_MS } from '#shared/duration.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import type { WaitingLine } from '../models/permit.ts';
import type { Limit } from './limits.ts';

/** Those who come together; a batch has 20 s for them, so that what comes a little late is still sent by it. */
const TOGETHER_MS = 15 * SECOND_MS;
/** People come at whole steps of this, a little early: their permits see to it that they do not leave early. */
const STEP_MS = 5 * SECOND_MS;

/** Those whom a limit lets wait, in the order they came. */
export interface Line {
  /** Gives so many their places at the end; answers for each when to come. */
  book(limit: Limit, count: number): Promise<Date[]>;
}

/** Keeps the end of each line in the database, moved on by compare-and-set. */
export function createLine({ waitingLines }: Pick<Models, 'waitingLines'>): Line {
  return {
    async book({ id, perSecond }, count) {
      for (;;) {
        const row = await waitingLines.findById(id).lean<WaitingLine>();
        const from = Math.max(row?.until.getTime() ?? 0, Date.now());
        const until = new Date(from + (count * SECOND_MS) / perSecond);
        if (await moveOn(waitingLines, row ?? id, until))
          return Array.from({ length: count }, (_, place) => cameAt(from + (place * SECOND_MS) / perSecond, from));
      }
    },
  };
}

/** Gives the places in a sender's lines away anew: those given before were by other limits, or nobody comes for them any more. */
export async function forgetLines({ waitingLines }: Pick<Models, 'waitingLines'>, sender: string): Promise<void> {
  await waitingLines.deleteMany({ _id: { $gte: `${sender}|`, $lt: `${sender}}` } });
}

/** Places are near enough together in the same step of their batch. */
function cameAt(turn: number, from: number): Date {
  const together = from + Math.floor((turn - from) / TOGETHER_MS) * TOGETHER_MS;
  return new Date(Math.floor(together / STEP_MS) * STEP_MS);
}

async function moveOn(lines: Models['waitingLines'], row: WaitingLine | string, until: Date): Promise<boolean> {
  if (typeof row === 'string') return (await insertNew(lines, [{ _id: row, until }])).length === 1;
  return (await nativeOf(lines).updateOne({ _id: row._id, until: row.until }, { $set: { until } })).modifiedCount === 1;
}
