import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a signed link is for: an opened mail, a clicked link, an unsubscribe page. One never passes as another. */
export type Purpose = 'o' | 'c' | 'u';

/** `d` is the delivery's key; `l`, in clicks, where it leads. */
const Payload = z.strictObject({ d: z.string(), l: z.url({ protocol: /^https?$/ }).optional() });
export type Payload = z.infer<typeof Payload>;

/** Letters of base64url, each of six bits: 18 bytes of the signature. */
const SIGNATURE_LETTERS = 24;

/** Signs what a link says, so that nobody can make one up or change where it leads. */
export function signLink(secret: string, purpose: Purpose, payload: Payload): string {
  const said = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${said}.${signatureOf(secret, purpose, said)}`;
}

/** What a link says; null when it was not signed here for this purpose. */
export function readLink(secret: string, purpose: Purpose, token: string): Payload | null {
  const [said, signature, ...more] = token.split('.');
  if (!said || !signature || more.length > 0) return null;
  const given = Buffer.from(signature);
  const right = Buffer.from(signatureOf(secret, purpose, said));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  // Signed here, so it is JSON.
  const payload = Payload.safeParse(JSON.parse(Buffer.from(said, 'base64url').toString()));
  return payload.success ? payload.data : null;
}

function signatureOf(secret: string, purpose: Purpose, said: string): string {
  return createHmac('sha256', secret).update(`${purpose}.${said}`).digest('base64url').slice(0, SIGNATURE_LETTERS);
}
