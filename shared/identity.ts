import { z } from 'zod';

export const IdentityKind = z.enum(['email', 'phone', 'userId', 'anonymousId']);
export type IdentityKind = z.infer<typeof IdentityKind>;

/** A way by which someone says who they are, as it came in. */
export type IdentityRef = { kind: IdentityKind; value: string };

/** One way by which a contact is known; `_id` is kind:value with the value lower-cased. */
export const Identity = z.object({ _id: z.string(), kind: IdentityKind, value: z.string(), contact: z.string() });
export type Identity = z.infer<typeof Identity>;

/** The identity's key: kind and normalised value. A phone number's spaces and signs are only looks. */
export function identityKey(kind: IdentityKind, value: string): string {
  const plain = value.trim().normalize('NFC').toLowerCase();
  return `${kind}:${kind === 'phone' ? plain.replace(/[\s().-]/g, '') : plain}`;
}

/** Whether a text can be somebody's address: one @, no spaces, a domain with a dot. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]+$/.test(text);
}
