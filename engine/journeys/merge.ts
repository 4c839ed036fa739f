import type { Enrollment } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';
import type { Leaving } from './leave.ts';
import { slotOf } from './run.ts';

/** Gives the younger contact's runs to the older; where the older is in already, the younger's run exits as merged. Repeatable. */
export type MergeRuns = (younger: string, older: string) => Promise<void>;

export function createMergeRuns(models: Pick<Models, 'enrollments'>, exit: Leaving['exit']): MergeRuns {
  return async (younger, older) => {
    const rows = await models.enrollments.find({ contact: younger }).lean<Enrollment[]>();
    for (const row of rows) {
      const slot = row.slot === row._id ? row._id : slotOf({ ...row, contact: older });
      try {
        await models.enrollments.updateOne({ _id: row._id, contact: younger }, { $set: { contact: older, slot } });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
        await exit([row], 'merged');
        await models.enrollments.updateOne({ _id: row._id }, { $set: { contact: older, slot: row._id } });
      }
    }
  };
}
