import { z } from 'zod';
import { Money } from './money.ts';
import { Stage } from './stage.ts';

export const Traits = z.record(z.string(), z.unknown());
export type Traits = z.infer<typeof Traits>;

/** Whether a contact agreed to be mailed, since when, and where they said so. */
export const Consent = z.object({
  state: z.enum(['given', 'withdrawn', 'unknown']),
  at: z.date().nullable(),
  source: z.string(),
});
export type Consent = z.infer<typeof Consent>;

/** Where a contact came from: campaign parameters, an import's tag, a share link. */
export const Source = z.object({ name: z.string(), detail: z.record(z.string(), z.string()), at: z.date() });
export type Source = z.infer<typeof Source>;

/** What a contact did of one event name, recomputed from the events, never incremented. Instants on the contact's clock. */
export const Summary = z.object({ count: z.number().int(), first: z.date(), last: z.date(), minor: z.number().int() });
export type Summary = z.infer<typeof Summary>;

export const Contact = z.object({
  _id: z.string(),
  /** The clock this contact lives by; null for one merged away, whom no look-up by clock meets. */
  clock: z.string().nullable(),
  mergedInto: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  userId: z.string().nullable(),
  name: z.string(),
  /** Lower-cased name, e-mail, phone and user id, for prefix search. */
  search: z.array(z.string()),
  profile: Traits,
  tags: z.array(z.string()),
  /** Ids of the companies they belong to, in the order they joined; absent from contacts stored before companies were kept. */
  companies: z.array(z.string()).optional(),
  consent: z.object({ email: Consent }),
  firstSource: Source.nullable(),
  latestSource: Source.nullable(),
  stage: Stage,
  stageDates: z.partialRecord(Stage, z.date()),
  /** By `summaryKey(event name)`. */
  summaries: z.record(z.string(), Summary),
  /** Sum of order values per currency, historical lifetime value. */
  value: z.array(Money),
  timeZone: z.string().nullable(),
  /** Rises with every projection written; projections are compare-and-set on it. */
  revision: z.number().int(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Contact = z.infer<typeof Contact>;

/** An event name as a field name: dots, dollars and percent signs are escaped. */
export function summaryKey(event: string): string {
  return event.replace(/[%.$\0]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
