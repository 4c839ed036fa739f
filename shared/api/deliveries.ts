import { z } from 'zod';
import { DeliveryState } from '../delivery.ts';
import { Instant, Page, pageOf, route } from './route.ts';

const DeliveryRow = z.object({
  id: z.string(),
  contact: z.string(),
  contactName: z.string(),
  address: z.string(),
  state: DeliveryState,
  reason: z.string().nullable(),
  /** What the mail server said last. */
  response: z.string().nullable(),
  journey: z.string().nullable(),
  journeyName: z.string(),
  step: z.string().nullable(),
  stepName: z.string(),
  updatedAt: Instant,
  /** Who asked for it, or decided it, by hand. */
  actor: z.string().nullable(),
  /** The delivery that this one repeats, and the one by which this was repeated. */
  resendOf: z.string().nullable(),
  resentAs: z.string().nullable(),
});
export type DeliveryRow = z.infer<typeof DeliveryRow>;

/** Deliveries by their ids, or all that nobody knows of and nobody has sent again. */
const Chosen = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('these'), ids: z.array(z.string().max(500)).min(1).max(500) }),
  z.strictObject({ kind: z.literal('unknown'), journey: z.string().optional() }),
]);
export type Chosen = z.infer<typeof Chosen>;

/** What came of sending again by hand. */
const Resent = z.object({
  /** The new deliveries by their state. */
  outcomes: z.record(z.string(), z.number().int()),
  /** How many of all are still to do. */
  left: z.number().int(),
  /** How many could not be sent again: whose person or message is gone, tests, and what was repeated already. */
  impossible: z.object({
    contactGone: z.number().int(),
    messageGone: z.number().int(),
    test: z.number().int(),
    repeated: z.number().int(),
  }),
});
export type Resent = z.infer<typeof Resent>;

export const deliveryRoutes = {
  listDeliveries: route({
    method: 'get',
    path: '/deliveries',
    summary: 'Deliveries by state, newest change first',
    query: Page.extend({ journey: z.string().optional(), state: DeliveryState.optional() }),
    response: pageOf(DeliveryRow),
  }),
  resolveDeliveries: route({
    method: 'post',
    path: '/deliveries/resolution',
    summary: 'Decide by hand whether deliveries in `unknown` arrived (`sent`) or did not (`failed`)',
    body: z.strictObject({ chosen: Chosen, outcome: z.enum(['sent', 'failed']) }),
    response: z.object({ resolved: z.number().int() }),
  }),
  resendDeliveries: route({
    method: 'post',
    path: '/deliveries/resends',
    summary: 'Send again, by hand, what is `unknown` or `failed`; of all at most 100 a call',
    body: z.strictObject({ chosen: Chosen }),
    response: Resent,
  }),
};
