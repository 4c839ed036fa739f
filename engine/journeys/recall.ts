import { nanoid } from 'nanoid';
import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { streamInPages } from '../in-pages.ts';
import { nativeOf } from '../models/native.ts';
import type { Starter } from '../temporal/starter.ts';

/**
 * Brings on at once whoever was put off for a reason of their sender's that is gone; answers how many. Who is missed
 * comes by themselves, later.
 */
export type Recall = (reason: 'senderPaused' | 'limit', sender: Pick<Sender, '_id' | 'isDefault'>) => Promise<number>;

const PAGE_SIZE = 500;
type Parked = Pick<Enrollment, '_id' | 'plan' | 'group' | 'seq'>;

/** Moves those put off into an immediate group, by compare-and-set like a release. */
export function createRecall({ models }: Base, starter: Starter): Recall {
  return async (reason, { _id, isDefault }) => {
    const put = { state: 'deferred' as const, reason, sender: { $in: isDefault ? [_id, null] : [_id] } };
    const waiting = nativeOf(models.deliveries)
      .find(put)
      .project<Pick<Delivery, '_id' | 'enrollment'>>({ enrollment: 1 })
      .batchSize(PAGE_SIZE);
    let total = 0;
    for await (const page of streamInPages(waiting, PAGE_SIZE)) {
      const ids = page.flatMap(({ enrollment }) => enrollment ?? []);
      const rows = await models.enrollments
        .find(
          { _id: { $in: ids }, state: 'active', registered: false, due: { $gt: new Date() } },
          { plan: 1, group: 1, seq: 1 },
        )
        .lean<Parked[]>();
      const enrollment = { $in: rows.map((row) => row._id) };
      // They come as newcomers: where their sender has limits, each is given a place in line at once.
      await nativeOf(models.deliveries).updateMany({ ...put, enrollment }, { $set: { turnAt: null } });
      for (const [plan, people] of Map.groupBy(rows, (row) => row.plan)) total += await bringOn(plan, people);
    }
    return total;
  };

  async function bringOn(plan: string, people: Parked[]): Promise<number> {
    const key = `${plan}/now/${nanoid(10)}`;
    const due = new Date();
    const done = await nativeOf(models.enrollments).bulkWrite(
      people.map(({ _id, group, seq }) => ({
        updateOne: {
          filter: { _id, group, seq, state: 'active' },
          update: { $set: { group: key, due, seq: seq + 1 } },
        },
      })),
      { ordered: false },
    );
    await starter.group({ plan, key }, { queue: 'bulk' });
    return done.modifiedCount;
  }
}
