import { z } from 'zod';
import { Condition } from './condition.ts';

/** A named part of the database, as a condition. */
export const Segment = z.object({
  _id: z.string(),
  name: z.string().min(1).max(200),
  condition: Condition,
  createdAt: z.date(),
  updatedAt: z.date(),
  sample: z.boolean(),
});
export type Segment = z.infer<typeof Segment>;

/** Who matches a segment, since when and, once they stopped, until when (on the contact's clock). `_id` is segment:contact. */
export const Member = z.object({
  _id: z.string(),
  segment: z.string(),
  contact: z.string(),
  clock: z.string(),
  since: z.date(),
  until: z.date().nullable(),
  /** The contact's revision and the instant of their clock it was judged from last: what was judged from earlier ones changes nothing. */
  revision: z.number().int(),
  judgedAt: z.date(),
  /** Real instant at which the row began to say so. */
  changedAt: z.date(),
  /** Real instant at which journeys that take joiners were told; null while they still have to be. */
  announcedAt: z.date().nullable(),
});
export type Member = z.infer<typeof Member>;
