import type { Enrollment } from '#shared/enrollment.ts';
import { crashPoint } from '../crash-points.ts';
import type { StoredPlan } from '../models/journey.ts';
import { HEAD_START_MS } from '../journeys/head-start.ts';
import type { WalkDeps } from './batch.ts';
import type { Moves } from './moves.ts';
import { countPassages } from './passage.ts';

/** A batch that was decided: where, its id, and the rows that carry it. */
export type Walked = { plan: StoredPlan; key: string; node: string; id: string; rows: Enrollment[] };

/** Writes what was decided, counts who has passed where, and starts, last of all, the groups of those who now wait. */
export async function standFast(deps: WalkDeps, moves: Moves, walked: readonly Walked[]): Promise<void> {
  await moves.write();
  const stood = walked.map((one) => ({ ...one, rows: moves.kept(one.rows) }));
  await countPassages(deps.base.models, stood);
  await startGroups(deps, stood);
}

/** The groups of those who now wait, or were put off, start when they are due; a group already started is left alone. */
async function startGroups({ starter }: WalkDeps, walked: readonly Walked[]): Promise<void> {
  const groups = new Map<string, { plan: string; due: Date }>();
  for (const { plan, key, rows } of walked) {
    for (const { state, group, due } of rows) {
      if (state === 'active' && group !== null && group !== key && due !== null)
        groups.set(group, { plan: plan._id, due });
    }
  }
  if (groups.size > 0) crashPoint('wait-written');
  await Promise.all(
    [...groups].map(([key, { plan, due }]) => {
      const delayMs = Math.max(0, due.getTime() - HEAD_START_MS - Date.now());
      return starter.group({ plan, key, due: due.toISOString() }, { queue: 'bulk', delayMs });
    }),
  );
}
