import type { Enrollment } from '#shared/enrollment.ts';
import { inPages } from '../in-pages.ts';
import type { Models } from '../models/index.ts';
import { type Counted, countSteps } from './count-steps.ts';

type Sums = Map<string, number>;

/**
 * Brings a plan's passages in line with its rows' paths where a crash between row and passage parted them.
 * Only at rest: with someone under way the two may differ for a moment. Answers whether anything was rebuilt.
 */
export async function recount(models: Pick<Models, 'enrollments' | 'passages'>, plan: string): Promise<boolean> {
  const underWay = await models.enrollments.findOne({ plan, state: 'active', registered: false }, { _id: 1 }).lean();
  if (underWay) return false;
  if (same(await walked(models, plan), await counted(models, plan))) return false;
  await rebuild(models, plan);
  return true;
}

async function walked({ enrollments }: Pick<Models, 'enrollments'>, plan: string): Promise<Sums> {
  const rows = await enrollments.aggregate<{ _id: { node: string; edge: string }; people: number }>([
    { $match: { plan } },
    { $unwind: '$path' },
    { $group: { _id: { node: '$path.node', edge: '$path.edge' }, people: { $sum: 1 } } },
  ]);
  return new Map(rows.map(({ _id, people }) => [`${_id.node}.${_id.edge}`, people]));
}

async function counted({ passages }: Pick<Models, 'passages'>, plan: string): Promise<Sums> {
  const sums: Sums = new Map();
  const rows = passages
    .find({ plan }, { node: 1, edges: 1 })
    .lean<{ node: string; edges: Record<string, number> }[]>()
    .cursor();
  for await (const { node, edges } of rows) {
    for (const [edge, people] of Object.entries(edges))
      sums.set(`${node}.${edge}`, (sums.get(`${node}.${edge}`) ?? 0) + people);
  }
  return sums;
}

function same(left: Sums, right: Sums): boolean {
  return left.size === right.size && [...left].every(([key, people]) => right.get(key) === people);
}

/** The paths are the truth: every batch's passage is written again from them. */
async function rebuild(models: Pick<Models, 'enrollments' | 'passages'>, plan: string): Promise<void> {
  const byBatch = new Map<string, Counted & { edges: Record<string, number> }>();
  const rows = models.enrollments.find({ plan }, { journey: 1, path: 1 }).lean<Enrollment[]>().cursor();
  for await (const { journey, path } of rows) {
    for (const entry of path) {
      const passage = byBatch.get(entry.batch) ?? { journey, plan, entry, edges: {} };
      passage.edges[entry.edge] = (passage.edges[entry.edge] ?? 0) + 1;
      byBatch.set(entry.batch, passage);
    }
  }
  const passages = [...byBatch.values()];
  for (const page of inPages(passages)) await countSteps(models, page);
}
