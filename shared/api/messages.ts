import { z } from 'zod';
import { EmailContent } from '../message.ts';
import { noLimits, Sender, SenderLimits } from '../sender.ts';
import { Instant, Page, pageOf, route } from './route.ts';

const SenderBody = z.strictObject({
  name: Sender.shape.name,
  email: Sender.shape.email,
  replyTo: Sender.shape.replyTo,
  postalAddress: Sender.shape.postalAddress,
  limits: SenderLimits.default(noLimits),
  bounceAddress: Sender.shape.bounceAddress.default(null),
});
/** `paused`: nothing is sent since a server refused its mails by policy, and what the server said. */
const SenderRow = SenderBody.extend({
  id: z.string(),
  isDefault: z.boolean(),
  paused: z.object({ at: Instant, response: z.string() }).nullable(),
});
export type SenderRow = z.infer<typeof SenderRow>;

const MailRow = z.object({
  id: z.string(),
  receivedAt: Instant,
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
});
export type MailRow = z.infer<typeof MailRow>;
/** `html` is sanitised for a sandboxed frame. */
const MailBody = MailRow.extend({
  html: z.string(),
  text: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type MailBody = z.infer<typeof MailBody>;

const Preview = z.object({
  subject: z.string(),
  preheader: z.string(),
  html: z.string(),
  text: z.string(),
  problems: z.array(z.object({ field: z.string(), message: z.string() })),
});
export type Preview = z.infer<typeof Preview>;

const PoolRow = z.object({
  id: z.string(),
  name: z.string(),
  total: z.number().int(),
  left: z.number().int(),
  createdAt: Instant,
});
export type PoolRow = z.infer<typeof PoolRow>;

export const messageRoutes = {
  previewMessage: route({
    method: 'post',
    path: '/message-preview',
    summary: 'Render a message as a chosen contact would get it',
    body: z.strictObject({
      content: EmailContent,
      contact: z.string().nullable(),
      sender: z.string().nullable(),
      journey: z.string().optional(),
      step: z.string().optional(),
    }),
    response: Preview,
  }),
  sendTest: route({
    method: 'post',
    path: '/test-sends',
    summary: 'Send a message to one address to look at it',
    body: z.strictObject({
      content: EmailContent,
      contact: z.string().nullable(),
      sender: z.string().nullable(),
      to: z.email(),
      request: z.string().min(8).max(64),
      journey: z.string().optional(),
      step: z.string().optional(),
    }),
    response: z.object({ state: z.string(), reason: z.string().nullable() }),
  }),
  listSenders: route({
    method: 'get',
    path: '/senders',
    summary: 'List senders',
    response: z.object({ rows: z.array(SenderRow) }),
  }),
  createSender: route({
    method: 'post',
    path: '/senders',
    summary: 'Add a sender',
    body: SenderBody,
    response: SenderRow,
  }),
  updateSender: route({
    method: 'put',
    path: '/senders/:id',
    summary: 'Change a sender',
    body: SenderBody,
    response: SenderRow,
  }),
  deleteSender: route({ method: 'delete', path: '/senders/:id', summary: 'Remove a sender' }),
  makeDefaultSender: route({
    method: 'post',
    path: '/senders/:id/default',
    summary: 'Make a sender the default',
    response: SenderRow,
  }),
  resumeSender: route({
    method: 'post',
    path: '/senders/:id/resume',
    summary: 'Let a paused sender send again, to those who wait for it too',
    response: SenderRow,
  }),
  listInbox: route({
    method: 'get',
    path: '/inbox',
    summary: 'Mails the built-in SMTP server received, newest first',
    query: Page.extend({ search: z.string().max(200).optional() }),
    response: pageOf(MailRow),
  }),
  getMail: route({
    method: 'get',
    path: '/inbox/:id',
    summary: 'One received mail, safe to render',
    response: MailBody,
  }),
  listPools: route({
    method: 'get',
    path: '/coupon-pools',
    summary: 'Uploaded coupon pools',
    response: z.object({ rows: z.array(PoolRow) }),
  }),
  createPool: route({
    method: 'post',
    path: '/coupon-pools',
    summary: 'Upload a pool of codes (or more codes into one of that name)',
    body: z.strictObject({
      name: z.string().trim().min(1).max(120),
      codes: z.array(z.string().min(3).max(64)).min(1).max(100_000),
    }),
    response: PoolRow.extend({ added: z.number().int(), duplicates: z.number().int() }),
  }),
  redeemCoupon: route({
    method: 'post',
    path: '/coupons/:code/redemption',
    summary: 'Redeem a coupon, once',
    body: z
      .strictObject({ value: z.strictObject({ amount: z.number(), currency: z.string().length(3) }).optional() })
      .optional(),
    response: z.object({
      redeemed: z.boolean(),
      redeemedAt: Instant.nullable(),
      contact: z.string().nullable(),
      reason: z.enum(['redeemed', 'alreadyRedeemed', 'expired', 'unknownCode', 'notIssued']),
    }),
  }),
};
