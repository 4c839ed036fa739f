import { z } from 'zod';

export const IdentityKind = z.enum(['email', 'phone', 'userId', 'anonymousId']);
export type IdentityKind = z.infer<typeof IdentityKind>;

/** One way by which a contact is known; `_id` is kind:value with the value lower-cased. */
export const Identity = z.object({ _id: z.string(), kind: IdentityKind, value: z.string(), contact: z.string() });
export type Identity = z.infer<typeof Identity>;

/** The identity's key: kind and normalised value. */
export function identityKey(kind: IdentityKind, value: string): string {
  return `${kind}:${value.trim().normalize('NFC').toLowerCase()}`;
}
