import { z } from 'zod';

const PerSecond = z.number().int().min(1).max(10_000);

/** RFC 5321 allows 64, of which a plus and a token of 32 are added to each mail's own. */
const MOST_BEFORE_AT = 30;

/** How many mails a second may leave for a sender, and of these to one domain; null: as many as go. */
export const SenderLimits = z.strictObject({
  perSecond: PerSecond.nullable(),
  domains: z
    .array(
      z.strictObject({
        domain: z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^(?=.{1,253}$)([\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,}$/u, 'must be a domain such as gmail.com'),
        perSecond: PerSecond,
      }),
    )
    .max(100),
});
export type SenderLimits = z.infer<typeof SenderLimits>;

export const noLimits: SenderLimits = { perSecond: null, domains: [] };

/** Who a message comes from, and the postal address its footer must carry. */
export const Sender = z.object({
  _id: z.string(),
  name: z.string().min(1).max(200),
  email: z.email(),
  replyTo: z.email().nullable(),
  postalAddress: z.string().min(1).max(500),
  isDefault: z.boolean(),
  limits: SenderLimits,
  /** Where mails that cannot be delivered come back to, each to an address of its own; null: to the From address. */
  bounceAddress: z
    .email()
    .refine(
      (address) => address.lastIndexOf('@') <= MOST_BEFORE_AT,
      `must have at most ${MOST_BEFORE_AT} characters before the @`,
    )
    .nullable(),
  /** Nothing is sent since a server refused its mails by policy; what the server said. */
  paused: z.object({ at: z.date(), response: z.string() }).nullable(),
});
export type Sender = z.infer<typeof Sender>;

/** What a sender has that was set up before it could be chosen. */
export const senderDefaults = {
  limits: noLimits,
  bounceAddress: null,
  paused: null,
} as const satisfies Partial<Sender>;
