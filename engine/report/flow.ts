import type { Passage } from '#shared/enrollment.ts';
import type { Models } from '../models/index.ts';
import { createMirror, type Mirror } from './mirror.ts';

export type Passing = Pick<Passage, '_id' | 'node' | 'at' | 'edges'>;
/** How many took which edge, by node. */
export type Flow = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A journey's passages, followed as they are written. */
export function mirrorPassages({ passages }: Pick<Models, 'passages'>, journey: string): Mirror<Passing> {
  const fields = { node: 1, at: 1, edges: 1 } as const;
  return createMirror<Passing>({
    all: () => passages.find({ journey }, fields).lean<Passing[]>().cursor({ batchSize: 1_000 }),
    since: (at) =>
      passages
        .find({ journey, at: { $gte: at } }, fields)
        .lean<Passing[]>()
        .cursor({ batchSize: 1_000 }),
    instantOf: ({ at }) => at,
    count: () => passages.countDocuments({ journey }),
  });
}

/** Adds passages up by node and edge. */
export function flowOf(passings: Iterable<Passing>): Flow {
  const flow = new Map<string, Record<string, number>>();
  for (const { node, edges } of passings) {
    const sums = flow.get(node) ?? {};
    for (const [edge, count] of Object.entries(edges)) sums[edge] = (sums[edge] ?? 0) + count;
    flow.set(node, sums);
  }
  return flow;
}
