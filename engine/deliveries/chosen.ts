import type { Chosen } from '#shared/api/deliveries.ts';
import type { Delivery } from '#shared/delivery.ts';

/** The deliveries of a choice that are in one of these states; of all unknown ones only those not sent again. */
export function chosenRows(chosen: Chosen, states: Delivery['state'][]): Record<string, unknown> {
  if (chosen.kind === 'these') return { _id: { $in: chosen.ids }, state: { $in: states } };
  const ofJourney = chosen.journey === undefined ? {} : { journey: chosen.journey };
  return { state: 'unknown', resentAs: null, ...ofJourney };
}
