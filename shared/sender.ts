import { z } from 'zod';

/** Who a message comes from, and the postal address its footer must carry. */
export const Sender = z.object({
  _id: z.string(),
  name: z.string().min(1).max(200),
  email: z.email(),
  replyTo: z.email().nullable(),
  postalAddress: z.string().min(1).max(500),
  isDefault: z.boolean(),
});
export type Sender = z.infer<typeof Sender>;
