import { z } from 'zod';
import { Duration } from './duration.ts';

export const Channel = z.enum(['email']);
export type Channel = z.infer<typeof Channel>;

/** What an e-mail says; subject, preheader and body may hold Liquid merge tags. */
export const EmailContent = z.strictObject({
  subject: z.string().max(998),
  preheader: z.string().max(500).default(''),
  format: z.enum(['markdown', 'mjml']),
  body: z.string().max(200_000),
});
export type EmailContent = z.infer<typeof EmailContent>;

/** What a speaking step sends. `sender: null` is the default sender; later than `lateness` after its time it is skipped. */
export const Message = z.strictObject({
  channel: Channel,
  sender: z.string().nullable(),
  content: EmailContent,
  lateness: Duration,
});
export type Message = z.infer<typeof Message>;

export const emptyMessage: Message = {
  channel: 'email',
  sender: null,
  content: { subject: '', preheader: '', format: 'markdown', body: '' },
  lateness: { amount: 24, unit: 'hour' },
};
