import type { Drawing } from '#shared/journey.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import { resolveMoment } from '../moment.ts';

/** When the first message of a drawing goes to someone who enters at this instant and does nothing; null when none ever does. */
export function firstMessageAt({ start, steps, edges }: Drawing, entersAt: Date, zone: string): Date | null {
  const known = new Map(steps.map((step) => [step.id, step]));
  const seen = new Set<string>();

  function from(id: string, at: Date): Date | null {
    const step = known.get(id);
    if (!step || seen.has(id)) return null;
    seen.add(id);
    if (definitionOf(step).message(step) !== null) return at;
    const leavesAt = leaving(step, at);
    const next = leavesAt === null ? [] : edges.filter((edge) => edge.from === id).map(({ to }) => from(to, leavesAt));
    return earliest(next);
  }

  function leaving(step: Step, at: Date): Date | null {
    const wait = definitionOf(step)
      .parts(step)
      .find((part) => part.sort === 'wait');
    if (!wait?.until) return at;
    const until = resolveMoment(wait.until, { at, contactZone: null, workspaceZone: zone, couponDeadline: () => null });
    return until && until > at ? until : at;
  }

  return start === null ? null : from(start, entersAt);
}

function earliest(instants: (Date | null)[]): Date | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : new Date(Math.min(...known.map((instant) => instant.getTime())));
}
