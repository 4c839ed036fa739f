import type { Request } from 'express';
import { SourceName } from '#shared/event.ts';
import { ApiProblem } from '../api/problem.ts';
import { findKey } from '../keys.ts';
import type { Models } from '../models/index.ts';

/** How long a write key is trusted after it was looked up; a revoked one is refused after that. */
const TRUST_MS = 1_000;
const MOST_KNOWN = 1_000;

/** Finds out who calls, by write key: the user name of Basic authentication, or `writeKey` in the body. */
export interface Callers {
  /** The name of the write key. @throws ApiProblem 401 */
  nameOf(request: Request, body: unknown): Promise<string>;
  /** Whether the headers show a write key, so that the body need not be read for it. @throws ApiProblem 401 for a wrong one. */
  isShown(request: Request): Promise<boolean>;
}

/** Looks write keys up by their hash and remembers them for a second. */
export function createCallers(models: Pick<Models, 'keys'>): Callers {
  const known = new Map<string, { name: string; readAt: number }>();

  async function nameBy(secret: string): Promise<string> {
    const cached = known.get(secret);
    if (cached && Date.now() - cached.readAt < TRUST_MS) return cached.name;
    const key = await findKey(models, { kind: 'write', secret });
    if (!key) throw noKey();
    if (known.size >= MOST_KNOWN) known.clear();
    // Keys made before the name was refused must not speak for the product.
    const name = SourceName.safeParse(key.name).success ? key.name : `${key.name} (write key)`;
    known.set(secret, { name, readAt: Date.now() });
    return name;
  }

  return {
    async nameOf(request, body) {
      const secret = basicUser(request) ?? writeKeyIn(body);
      if (secret === null) throw noKey();
      return nameBy(secret);
    },
    async isShown(request) {
      const secret = basicUser(request);
      if (secret === null) return false;
      await nameBy(secret);
      return true;
    },
  };
}

/** What a caller without a write key is told. */
export function noKey(): ApiProblem {
  return new ApiProblem(401, 'Give a write key as the user name of Basic authentication; Settings has them.');
}

function basicUser({ headers }: Request): string | null {
  const [scheme, credentials] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !credentials) return null;
  const [user] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return user ? user : null;
}

function writeKeyIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('writeKey' in body)) return null;
  return typeof body.writeKey === 'string' && body.writeKey !== '' ? body.writeKey : null;
}
