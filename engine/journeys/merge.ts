import type { Enrollment } from '#shared/enrollment.ts';
import { isDuplicateKey } from '../models/duplicate-key.ts';
import type { Models } from '../models/index.ts';
import type { Leaving } from './leave.ts';
import { slotOf } from './run.ts';

/** Gives the younger contact's runs to the older; where the older is in already, the younger's run exits as merged. Repeatable. */
export type MergeRuns = (younger: string, older: string) => Promise<void>;

/** Moves runs one by one; `exit` takes out those that have no place. */
export function createMergeRuns(models: Pick<Models, 'enrollments'>, exit: Leaving['exit']): MergeRuns {
  return async (younger, older) => {
    // Again until none is left: one may end, and free its slot, between look and write.
    for (;;) {
      const rows = await models.enrollments.find({ contact: younger }).lean<Enrollment[]>();
      if (rows.length === 0) return;
      for (const row of rows) await give(row, older);
    }
  };

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
