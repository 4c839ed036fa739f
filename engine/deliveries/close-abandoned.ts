import type { Delivery } from '#shared/delivery.ts';
import { MINUTE_MS } from '#shared/duration.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { stepOfNode } from '#shared/plan.ts';
import { streamInPages } from '../in-pages.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

/** By then a batch has come back for what it left, or never will. */
const ABANDONED_MS = 10 * MINUTE_MS;
const PAGE = 500;

type Open = Pick<Delivery, '_id' | 'enrollment' | 'step'>;

/** Closes deliveries that no batch will come back for. One whose person still stands at the step is left to the batch. */
export async function closeAbandoned(models: Pick<Models, 'deliveries' | 'enrollments'>): Promise<void> {
  const rows = nativeOf(models.deliveries);
  const before = new Date(Date.now() - ABANDONED_MS);
  const updatedAt = new Date();
  await rows.updateMany(
    { state: 'data_started', updatedAt: { $lt: before } },
    { $set: { state: 'unknown', reason: 'interrupted', updatedAt } },
  );
  const open = rows
    .find({ state: 'claimed', updatedAt: { $lt: before } })
    .project<Open>({ enrollment: 1, step: 1 })
    .batchSize(PAGE);
  for await (const page of streamInPages(open, PAGE)) {
    const ids = page.flatMap(({ enrollment }) => enrollment ?? []);
    const active = await models.enrollments
      .find({ _id: { $in: ids }, state: 'active' }, { node: 1 })
      .lean<Pick<Enrollment, '_id' | 'node'>[]>();
    const steps = new Map(active.map(({ _id, node }) => [_id, stepOfNode(node)]));
    const abandoned = page.filter(({ enrollment, step }) => enrollment === null || steps.get(enrollment) !== step);
    await rows.updateMany(
      { _id: { $in: abandoned.map(({ _id }) => _id) }, state: 'claimed', updatedAt: { $lt: before } },
      { $set: { state: 'skipped', reason: 'abandoned', updatedAt } },
    );
  }
}
