import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';
import type { Deliveries } from '../deliveries.ts';
import { groupCommit } from '../group-commit.ts';
import { exitRows } from './exit-rows.ts';
import type { ExitReason, Leaving } from './leave.ts';
import type { Plans } from './plans.ts';

/** Takes runs out; those who leave at once for the same reason leave by the same writes. */
export function createExit(base: Base, plans: Plans, deliveries: Pick<Deliveries, 'takeBack'>): Leaving['exit'] {
  const doors = new Map<ExitReason, (rows: Enrollment[]) => Promise<string[]>>();

  async function exitTogether(asked: Enrollment[][], reason: ExitReason): Promise<string[][]> {
    const rows = new Map(asked.flat().map((row) => [row._id, row]));
    const gone = new Set(await exitRows(base, plans, [...rows.values()], reason));
    if (gone.size > 0) {
      const why = reason === 'unsubscribed' ? 'unsubscribed' : 'left';
      await deliveries.takeBack({ enrollments: [...gone] }, 'skipped', why);
    }
    return asked.map((some) => some.flatMap(({ _id }) => (gone.has(_id) ? [_id] : [])));
  }

  return async (rows, reason) => {
    // A run whose plan is gone fails alone; what fails after this is the machinery's, and would fail each of them.
    for (const { plan } of rows) await plans.get(plan);
    const door = doors.get(reason) ?? groupCommit((asked: Enrollment[][]) => exitTogether(asked, reason));
    doors.set(reason, door);
    return door(rows);
  };
}
