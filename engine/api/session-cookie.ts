import type { Request, Response } from 'express';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';
import type { StoredSession, StoredUser } from '../models/workspace.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import { DAY_MS } from '#shared/duration.ts';

const COOKIE = 'pasture_session';
const LIFETIME_MS = 30 * DAY_MS;

/** Signs a user in on this browser: an opaque cookie, of which only the hash is stored. */
export async function openSession({ config, models }: Pick<Base, 'config' | 'models'>, user: string, to: Response) {
  const secret = createSecret();
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + LIFETIME_MS);
  await models.sessions.create({ _id: hashSecret(secret), user, createdAt, expiresAt });
  await models.sessions.deleteMany({ expiresAt: { $lt: createdAt } });
  to.cookie(COOKIE, secret, { ...cookieOptions(config), maxAge: LIFETIME_MS });
}

/** Signs this browser out. */
export async function closeSession(
  { config, models }: Pick<Base, 'config' | 'models'>,
  { request, response }: { request: Request; response: Response },
) {
  const secret = cookieOf(request);
  if (secret !== null) await models.sessions.deleteOne({ _id: hashSecret(secret) });
  response.clearCookie(COOKIE, cookieOptions(config));
}

/** Who is signed in on the browser that asks, or null. */
export async function sessionUser(
  models: Pick<Models, 'sessions' | 'users'>,
  request: Request,
): Promise<StoredUser | null> {
  const secret = cookieOf(request);
  if (secret === null) return null;
  const session = await models.sessions.findById(hashSecret(secret)).lean<StoredSession>();
  if (!session || session.expiresAt.getTime() <= Date.now()) return null;
  return models.users.findById(session.user).lean<StoredUser>();
}

function cookieOptions({ PUBLIC_URL }: Base['config']) {
  const secure = PUBLIC_URL?.startsWith('https:') ?? false;
  return { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
}

function cookieOf({ headers }: Request): string | null {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [name, value] = part.split('=');
    if (name?.trim() === COOKIE && value) return value.trim();
  }
  return null;
}
