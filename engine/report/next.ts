import { type Clock, onClock } from '#shared/clock.ts';
import type { PersonRow } from '#shared/api/journeys.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { JourneyState } from '#shared/journey.ts';
import type { PlanNode } from '#shared/plan.ts';

/** What happens next to someone on their way, and when on their clock: a key under `next.`; null once the run has ended. */
export function nextOf({
  row,
  node,
  clock,
  state,
}: {
  row: Pick<Enrollment, 'state' | 'due' | 'until'>;
  node: PlanNode | undefined;
  clock: Clock;
  state: JourneyState;
}): PersonRow['next'] {
  if (row.state === 'failed') return { key: 'parked', at: null };
  if (row.state !== 'active') return null;
  const at = row.until?.toISOString() ?? null;
  if (state === 'paused') return { key: 'paused', at };
  if (node?.sort !== 'wait') return { key: 'act', at: row.due && onClock(clock, row.due).toISOString() };
  return { key: node.awaits?.kind ?? 'wait', at };
}
