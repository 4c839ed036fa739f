import { z } from 'zod';
import { Money } from './money.ts';

export const EventKind = z.enum(['track', 'identify', 'page', 'screen', 'group', 'alias']);
export type EventKind = z.infer<typeof EventKind>;

/** Something a contact did, as kept for good. */
export const Event = z.object({
  /** The caller's messageId, so that a repeat is the same event. */
  _id: z.string(),
  kind: EventKind,
  name: z.string(),
  contact: z.string(),
  /** The event's own time, on its contact's clock. */
  at: z.date(),
  /** Real time of arrival. */
  receivedAt: z.date(),
  properties: z.record(z.string(), z.unknown()),
  value: Money.nullable(),
  /** Imported history feeds summaries and segments, and starts or releases nobody. */
  history: z.boolean(),
  /** Where it came from: a write key's name, an import's tag, or `pasture`. */
  source: z.string(),
  dispatch: z.enum(['pending', 'done', 'dead']),
  attempts: z.number().int(),
  reason: z.string().nullable(),
  /** What the caller said around it: campaign parameters, locale, page. */
  context: z.record(z.string(), z.unknown()).optional(),
});
export type Event = z.infer<typeof Event>;

/** Events the product itself records. */
export const ownEvents = {
  consentGiven: 'Consent Given',
  unsubscribed: 'Unsubscribed',
  messageOpened: 'Message Opened',
  messageClicked: 'Message Clicked',
  /** As in Segment's e-mail spec. */
  emailBounced: 'Email Bounced',
  emailMarkedAsSpam: 'Email Marked as Spam',
} as const;

/** Source of the product's own events; they say nothing new of a contact. */
export const OWN_SOURCE = 'pasture';

/** Where an event from outside comes from: the name of a write key, or an import's tag. */
export const SourceName = z
  .string()
  .min(1)
  .max(120)
  .refine((name) => name.trim().toLowerCase() !== OWN_SOURCE, {
    error: `is how the product's own events are named; choose another name than ${OWN_SOURCE}`,
  });

/** What calls other than `track` are named as events. */
export const callNames = {
  identify: 'Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Group Joined',
  alias: 'Alias Added',
} as const satisfies Record<Exclude<EventKind, 'track'>, string>;

/** Events whose values make up what a contact paid; a refund takes from it. */
export const ORDER_COMPLETED = 'Order Completed';
export const ORDER_REFUNDED = 'Order Refunded';

/** Reads a dotted path out of an event's properties or a profile; own fields only. */
export function valueAt(fields: Readonly<Record<string, unknown>>, path: string): unknown {
  let current: unknown = fields;
  for (const part of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}
