import { EnrollmentState } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';

export type Standing = Record<(typeof EnrollmentState.options)[number], number>;
/** Where a journey's people are now: in all, and by node. */
export type Standings = { all: Standing; nodes: ReadonlyMap<string, Standing> };

const nobody = (): Standing => ({ active: 0, completed: 0, exited: 0, failed: 0 });

/** Counts a journey's rows by state, each count along one index and none of them reading a row. */
export async function countStates({ enrollments }: Pick<Models, 'enrollments'>, journey: string): Promise<Standing> {
  const standing = nobody();
  await Promise.all(
    EnrollmentState.options.map(async (state) => {
      standing[state] = await enrollments.countDocuments({ journey, state });
    }),
  );
  return standing;
}

/** Counts a journey's rows by state and node, leaving out the states that nobody is in. */
export async function countStandings(
  models: Pick<Models, 'enrollments'>,
  { journey, nodes }: { journey: string; nodes: readonly string[] },
): Promise<Standings> {
  const all = await countStates(models, journey);
  const byNode = new Map(nodes.map((node) => [node, nobody()]));
  const states = EnrollmentState.options.filter((state) => all[state] > 0);
  await Promise.all(
    [...byNode].flatMap(([node, standing]) =>
      states.map(async (state) => {
        standing[state] = await models.enrollments.countDocuments({ journey, state, node });
      }),
    ),
  );
  return { all, nodes: byNode };
}
