import { z } from 'zod';
import { Instant, Page, pageOf, route } from './route.ts';

const FailedEvent = z.object({
  id: z.string(),
  /** `dead`: stored, but what should have come of it failed again and again. `rejected`: refused out of a batch. */
  kind: z.enum(['dead', 'rejected']),
  name: z.string().nullable(),
  contact: z.string().nullable(),
  source: z.string(),
  reason: z.string(),
  attempts: z.number().int(),
  receivedAt: Instant,
  /** What came in, as far as it is kept. */
  body: z.unknown(),
});
export type FailedEvent = z.infer<typeof FailedEvent>;

export const eventRoutes = {
  listFailedEvents: route({
    method: 'get',
    path: '/failed-events',
    summary: 'Events of which nothing came, with the reason, newest first: dead ones, or those refused out of a batch',
    query: Page.extend({ kind: z.enum(['dead', 'rejected']).default('dead') }),
    response: pageOf(FailedEvent),
  }),
  retryEvent: route({
    method: 'post',
    path: '/failed-events/:id/attempt',
    summary: 'Try again what should come of a dead event',
  }),
};
