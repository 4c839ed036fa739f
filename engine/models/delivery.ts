import type { Delivery } from '#shared/delivery.ts';
import type { Sender } from '#shared/sender.ts';
import { instant, type ModelDefinition, nested, text, truth, whole } from './model.ts';

export const deliveryModel: ModelDefinition<Delivery> = {
  collection: 'deliveries',
  fields: {
    journey: text,
    plan: text,
    step: text,
    enrollment: text,
    contact: text,
    clock: text,
    channel: text,
    address: text,
    sender: text,
    state: text,
    token: text,
    flush: text,
    reason: text,
    response: text,
    attempts: whole,
    dueAt: instant,
    claimedAt: instant,
    refusedAt: instant,
    turnAt: instant,
    sentAt: instant,
    updatedAt: instant,
    ask: nested,
    openedAt: instant,
    clickedAt: instant,
    unsubscribedAt: instant,
    bouncedAt: instant,
    complainedAt: instant,
    resendOf: text,
    resentAs: text,
    actor: text,
  },
  // What changes while a mail is under way is in one of them only: each more is written to at the gate and after it.
  indexes: [
    [{ contact: 1 }],
    [{ journey: 1, step: 1, _id: 1 }],
    [{ state: 1, updatedAt: 1, _id: 1 }],
    [{ enrollment: 1 }],
  ],
};

export const senderModel: ModelDefinition<Sender> = {
  collection: 'senders',
  fields: {
    name: text,
    email: text,
    replyTo: text,
    postalAddress: text,
    isDefault: truth,
    limits: nested,
    bounceAddress: text,
    paused: nested,
  },
  indexes: [[{ isDefault: 1 }]],
};

/** A mail server that asked to be left alone, by its host; `times` in a row. */
export type QuietHost = { _id: string; until: Date; times: number };

export const quietHostModel: ModelDefinition<QuietHost> = {
  collection: 'quietHosts',
  fields: { until: instant, times: whole },
  indexes: [],
};

/** Someone who must not be written to; `_id` is channel:address, lower-cased. It outlives the contact. */
export type Suppression = {
  _id: string;
  reason: 'unsubscribed' | 'complaint' | 'bounced' | 'deleted';
  at: Date;
  contact: string | null;
};

export const suppressionModel: ModelDefinition<Suppression> = {
  collection: 'suppressions',
  fields: { reason: text, at: instant, contact: text },
  indexes: [[{ contact: 1 }]],
};

/** A mail the built-in inbox received. */
export type InboxMail = {
  _id: string;
  receivedAt: Date;
  messageId: string;
  from: string;
  to: string[];
  subject: string;
  headers: { name: string; value: string }[];
  html: string;
  text: string;
  raw: string;
  key: string | null;
};

export const inboxMailModel: ModelDefinition<InboxMail> = {
  collection: 'inbox',
  fields: {
    receivedAt: instant,
    messageId: text,
    from: text,
    to: { type: [String] },
    subject: text,
    headers: nested,
    html: text,
    text: text,
    raw: text,
    key: text,
  },
  indexes: [[{ receivedAt: -1 }], [{ to: 1, receivedAt: -1 }]],
};
