import { identityKey, type IdentityKind, type IdentityRef } from '#shared/identity.ts';

/** The order in which identities decide who someone is: the surest first. */
const surest: Record<IdentityKind, number> = { userId: 0, email: 1, phone: 2, anonymousId: 3 };

/** Identities by their keys, the surest first, each once. */
export function keysOf({ identities }: { identities: readonly IdentityRef[] }): Map<string, IdentityRef> {
  const sorted = identities.toSorted((a, b) => surest[a.kind] - surest[b.kind]);
  return new Map(sorted.map((identity) => [identityKey(identity.kind, identity.value), identity]));
}
