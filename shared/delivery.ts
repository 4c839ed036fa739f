import { z } from 'zod';
import { EventMatch } from './condition.ts';
import { Channel } from './message.ts';

export const DeliveryState = z.enum([
  'claimed',
  'deferred',
  'data_started',
  'sent',
  'failed',
  'unknown',
  'suppressed',
  'skipped',
]);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const SkipReason = z.enum([
  'noConsent',
  'suppressed',
  'noAddress',
  'late',
  'left',
  'journeyStopped',
  'journeyPaused',
  'databaseRestored',
  'senderMissing',
  'senderPaused',
  'unsubscribed',
  'deleted',
  'abandoned',
]);
export type SkipReason = z.infer<typeof SkipReason>;

/** What a delivery asks for, and whether it was answered; it outlives its run. */
export const Ask = z.object({
  proof: EventMatch,
  until: z.date(),
  answeredAt: z.date().nullable(),
  answeredBy: z.string().nullable(),
  minor: z.number().int(),
  currency: z.string().nullable(),
});
export type Ask = z.infer<typeof Ask>;

/** One message to one contact. */
export const Delivery = z.object({
  /** The send key: enrollment|step; a resend by hand or a test send has a key of its own. */
  _id: z.string(),
  journey: z.string().nullable(),
  plan: z.string().nullable(),
  step: z.string().nullable(),
  enrollment: z.string().nullable(),
  contact: z.string(),
  clock: z.string(),
  channel: Channel,
  address: z.string(),
  sender: z.string().nullable(),
  state: DeliveryState,
  token: z.string(),
  flush: z.string().nullable(),
  reason: z.string().nullable(),
  response: z.string().nullable(),
  attempts: z.number().int(),
  /** When it was to go, on the contact's clock: lateness counts from here, however often it was put off since. */
  dueAt: z.date().nullable(),
  claimedAt: z.date(),
  /** When a mail server first put it off (4xx), in real time; a day later it is given up. */
  refusedAt: z.date().nullable(),
  /** When its turn in its sender's line is, in real time; null: it has no place there. */
  turnAt: z.date().nullable(),
  /** When it was sent, on the contact's clock. */
  sentAt: z.date().nullable(),
  updatedAt: z.date(),
  ask: Ask.nullable(),
  openedAt: z.date().nullable(),
  clickedAt: z.date().nullable(),
  unsubscribedAt: z.date().nullable(),
  /** When it came back as undeliverable, and when its reader complained, on the contact's clock. */
  bouncedAt: z.date().nullable(),
  complainedAt: z.date().nullable(),
  /** The delivery that this one repeats by hand, and the one by which this was repeated. */
  resendOf: z.string().nullable(),
  resentAs: z.string().nullable(),
  /** Who asked for it, or decided it, by hand. */
  actor: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** States from which a delivery never changes again by itself. */
export const finalStates = [
  'sent',
  'failed',
  'unknown',
  'suppressed',
  'skipped',
] as const satisfies readonly DeliveryState[];
