import type { Contact } from '#shared/contact.ts';
import { type Delivery, finalStates } from '#shared/delivery.ts';
import { MINUTE_MS } from '#shared/duration.ts';
import type { Message } from '#shared/message.ts';
import type { Outgoing, SendResult } from '../deliveries.ts';
import type { StoredPlan } from '../models/journey.ts';
import { inAWhile } from './scatter.ts';

/** A message on its way to one person: of a journey's step, or a test send, which belongs to none. */
export type Letter = {
  key: string;
  contact: Outgoing['contact'];
  /** Whom a test is written to where nobody was chosen; null: who is stored. */
  example: Contact | null;
  /** Where a test goes; null: to the contact's own address. */
  to: string | null;
  message: Message;
  content: { html: string; text: string };
  at: Date;
  coupons: Outgoing['coupons'];
  ask: Outgoing['ask'];
  /** The run it belongs to; null for a test send. */
  run: {
    journey: string;
    plan: string;
    step: string;
    stepName: string;
    source: string;
    enrollment: string;
    /** Where its person stands; null: wherever, because it is sent again by hand. */
    group: string | null;
    dueAt: Date;
  } | null;
  /** The delivery it repeats, by hand. */
  resendOf: string | null;
  /** Who asked for it by hand. */
  actor: string | null;
};

/** A journey's outgoing messages as letters. */
export function lettersOf(plan: StoredPlan, group: string, outgoing: Outgoing[]): Letter[] {
  return outgoing.map(({ key, enrollment, contact, step, message, content, dueAt, at, coupons, ask }) => ({
    key,
    contact,
    example: null,
    to: null,
    message,
    content,
    at,
    coupons,
    ask,
    run: {
      journey: plan.journey,
      plan: plan._id,
      step,
      stepName: plan.steps[step]?.name ?? step,
      source: plan.sources[step] ?? '',
      enrollment: enrollment._id,
      group,
      dueAt,
    },
    resendOf: null,
    actor: null,
  }));
}

/** Soon enough for a race between two batches to be over. */
const SHORTLY_MS = 3_000;
/** Nobody asks again sooner whether a paused sender goes on; whoever resumes it fetches those who wait. */
export const PAUSED_MS = 15 * MINUTE_MS;

/** What a delivery's row says to the batch that met it. */
export function resultOf(key: string, { state, reason }: Pick<Delivery, 'state' | 'reason'>): SendResult {
  if (finalStates.some((final) => final === state)) return { kind: 'settled', state, reason };
  return { kind: 'deferred', until: inAWhile(reason === 'senderPaused' ? PAUSED_MS : SHORTLY_MS, key) };
}
