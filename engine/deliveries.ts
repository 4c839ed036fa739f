import type { Contact } from '#shared/contact.ts';
import type { Delivery, SkipReason } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Message } from '#shared/message.ts';
import type { StoredPlan } from './models/journey.ts';

/** One message to be sent to one person on their way through a journey. */
export type Outgoing = {
  /** The send key, enrollment|step: the delivery's `_id`. */
  key: string;
  enrollment: Enrollment;
  /** What is printed is read anew once the message is claimed. */
  contact: Pick<Contact, '_id' | 'clock' | 'email'>;
  step: string;
  message: Message;
  content: { html: string; text: string };
  /** When the step was due on the contact's clock; lateness counts from here to the clock's now. */
  dueAt: Date;
  /** The clock's instant of this batch: becomes `sentAt` (measured) and the base of deadlines. */
  at: Date;
  /** Printed by merge tags: `coupon.code`, `coupon.deadline`, of this step and (by `coupons.<step>`) of earlier ones. */
  coupons: Record<string, { code: string; deadline: Date | null }>;
  /** The call to action: link (may hold merge tags), label, and what proves it was done until when. Null: nothing is asked. */
  ask: { label: string; link: string; proof: { event: string; where: unknown[] }; until: Date } | null;
};

/**
 * What became of an outgoing message: it is settled (the delivery's final state), put off until a real instant, or its
 * own content is at fault.
 */
export type SendResult =
  | { kind: 'settled'; state: Delivery['state']; reason: string | null }
  | { kind: 'deferred'; until: Date }
  | { kind: 'failed'; code: string };

/** The only way by which mail leaves the house. */
export interface Deliveries {
  /**
   * Sends a page of messages, each at most once whatever is repeated, killed or raced. `token` is batch + attempt.
   * @throws when the machinery fails (database, SMTP connection): the batch is repeated.
   */
  send(batch: {
    plan: StoredPlan;
    group: string;
    token: string;
    outgoing: Outgoing[];
  }): Promise<Map<string, SendResult>>;
  /** After a no was written (exit, pause, unsubscribe …): turns what is still `claimed` into a state the gate refuses. */
  takeBack(
    whose: { contact: string } | { enrollments: string[] } | { journey: string },
    to: 'suppressed' | 'skipped' | 'deferred',
    reason: SkipReason,
  ): Promise<void>;
}
