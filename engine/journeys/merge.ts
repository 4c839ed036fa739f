import type { Enrollment } from '#shared/enrollment.ts';
import { isDuplicateKey } from '../models/duplicate-key.ts';
import type { Models } from '../models/index.ts';
import { eventsSince } from './awaited.ts';
import type { Leaving } from './leave.ts';
import type { Listeners } from './listeners.ts';
import type { Meet } from './meet.ts';
import { slotOf } from './run.ts';

/**
 * Gives the younger contact's runs to the older; where the older is in already, the younger's run exits as merged. What
 * either has done since counts for the runs of both. Repeatable.
 */
export type MergeRuns = (younger: string, older: string) => Promise<void>;

export type MergeRunsDeps = {
  models: Pick<Models, 'enrollments' | 'events'>;
  listeners: Pick<Listeners, 'now'>;
  meet: Meet;
  /** Takes out a run that has no place. */
  exit: Leaving['exit'];
};

/** Moves runs one by one, then looks for what they waited for. */
export function createMergeRuns({ models, listeners, meet, exit }: MergeRunsDeps): MergeRuns {
  return async (younger, older) => {
    // Again until none is left: one may end, and free its slot, between look and write.
    for (;;) {
      const rows = await models.enrollments.find({ contact: younger }).lean<Enrollment[]>();
      if (rows.length === 0) break;
      for (const row of rows) await give(row, older);
    }
    await catchUp(older);
  };

  /** An event of one has not met the runs of the other yet. */
  async function catchUp(contact: string): Promise<void> {
    const rows = await models.enrollments.find({ contact, state: 'active' }, { path: 0 }).lean<Enrollment[]>();
    if (rows.length === 0) return;
    const { names } = await listeners.now();
    const since = rows.map(({ listensFrom }) => ({ contact, countsFrom: listensFrom }));
    const events = await eventsSince(models, since, [...names]);
    for (const event of events.get(contact) ?? []) for (const row of rows) await meet(row, event);
  }

  async function give(row: Enrollment, older: string): Promise<void> {
    const slot = row.slot === row._id ? row._id : slotOf({ ...row, contact: older });
    const asRead = { _id: row._id, contact: row.contact, slot: row.slot };
    try {
      await models.enrollments.updateOne(asRead, { $set: { contact: older, slot } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await exit([row], 'merged');
      await models.enrollments.updateOne({ _id: row._id }, { $set: { contact: older, slot: row._id } });
    }
  }
}
