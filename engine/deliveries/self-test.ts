import { nanoid } from 'nanoid';
import { nativeOf } from '../models/native.ts';
import type { Models } from '../models/index.ts';
import { durably } from '../models/durably.ts';

export type SelfTest = { allowed: boolean; reason: string | null };

/** Races claims for one row; a database in which two can win must not decide who is mailed. */
export async function selfTest({ counters }: Pick<Models, 'counters'>): Promise<SelfTest> {
  const rows = nativeOf(counters);
  const racers = 8;
  const _id = `self-test:${nanoid()}`;
  try {
    const inserts = await Promise.allSettled(
      Array.from({ length: racers }, () => rows.insertOne({ _id, value: 0, updatedAt: new Date() }, durably)),
    );
    const claims = await Promise.all(
      Array.from({ length: racers }, (_, racer) =>
        rows.updateMany({ _id: { $in: [_id] }, value: 0 }, { $set: { value: racer + 1 } }, durably),
      ),
    );
    const inserted = inserts.filter(({ status }) => status === 'fulfilled').length;
    const won = claims.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0);
    if (inserted === 1 && won === 1) return { allowed: true, reason: null };
    return { allowed: false, reason: 'The database lets two claims of one row win, so no real mail is sent.' };
  } finally {
    await rows.deleteOne({ _id });
  }
}
