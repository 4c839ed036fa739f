import type { DrawingContext } from '#shared/check.ts';
import type { Models } from '../models/index.ts';

/** What exists that a drawing may name. */
export async function drawingContext(
  models: Pick<Models, 'segments' | 'senders' | 'couponPools'>,
): Promise<DrawingContext> {
  const [segments, senders, pools] = await Promise.all([
    models.segments.distinct('_id'),
    models.senders.distinct('_id'),
    models.couponPools.distinct('_id'),
  ]);
  return { segments: new Set(segments), senders: new Set(senders), pools: new Set(pools) };
}
