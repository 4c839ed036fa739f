import type { DeliveryRow } from '#shared/api/deliveries.ts';

/** Nobody knows whether it arrived, or it did not: it may be sent again. A test is simply sent anew. */
export function mayBeDecided({ state, step }: DeliveryRow): boolean {
  return step !== null && (state === 'unknown' || state === 'failed');
}
