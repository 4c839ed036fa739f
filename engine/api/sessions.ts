import type { Request } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { MINUTE_MS } from '#shared/duration.ts';
import type { User } from '#shared/api/workspace.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import { isDuplicateKey } from '../models/duplicate-key.ts';
import type { StoredUser } from '../models/workspace.ts';
import { closeOwnerLinks, isOwnerToken, OWNER } from '../owner-link.ts';
import { hashPassword, isPassword } from '../secrets.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem } from './problem.ts';
import type { Guards } from './router.ts';
import { closeSession, openSession, sessionUser } from './session-cookie.ts';

const WINDOW_MS = 15 * MINUTE_MS;
const TRIES_PER_ACCOUNT = 10;

/** Who is signed in: the owner is made once, then signs in and out. */
export function sessionHandlers(base: Base): Handlers<'getSession' | 'createOwner' | 'signIn' | 'signOut'> {
  const { models } = base;
  const changes = createChanges(models);
  return {
    getSession: async ({ request }) => {
      const user = await sessionUser(models, request);
      const hasOwner = user !== null || (await models.users.exists({ _id: OWNER })) !== null;
      return { user: user && userBody(user), hasOwner };
    },
    createOwner: async ({ body, response }) => {
      if (await models.users.exists({ _id: OWNER })) throw ownerExists();
      if (!(await isOwnerToken(models, body.token))) {
        throw new ApiProblem(403, 'This link is not valid; use the one printed where Pasture was started.');
      }
      const password = await hashPassword(body.password);
      const email = normalised(body.email);
      const user = { _id: OWNER, email, name: body.name, password, createdAt: new Date() };
      await models.users.create(user).catch((error: unknown) => {
        throw isDuplicateKey(error) ? ownerExists() : error;
      });
      await closeOwnerLinks(models);
      await changes.note({ kind: 'user', id: OWNER, name: user.name }, 'created', `user:${OWNER}`);
      await openSession(base, OWNER, response);
      return userBody(user);
    },
    signIn: async ({ body, response }) => {
      const user = await models.users.findOne({ email: normalised(body.email) }).lean<StoredUser>();
      const known = await isPassword(body.password, user?.password ?? null);
      if (!user || !known) throw new ApiProblem(401, 'E-mail address and password do not fit together.');
      await openSession(base, user._id, response);
      return userBody(user);
    },
    signOut: async ({ request, response }) => closeSession(base, { request, response }),
  };
}

/** Slows down whoever guesses passwords or owner links: ten wrong ones per account and address in a quarter of an hour. */
export function sessionGuards(): Guards {
  return { signIn: wrongTries(accountOf), createOwner: wrongTries(() => '') };
}

function wrongTries(account: (request: Request) => string) {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: TRIES_PER_ACCOUNT,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => `${ipKeyGenerator(request.ip ?? '')} ${account(request)}`,
    handler: (_request, _response, next) => {
      next(new ApiProblem(429, 'Too many wrong tries; wait a quarter of an hour and try again.'));
    },
  });
}

function accountOf({ body }: { body?: unknown }): string {
  const named = typeof body === 'object' && body !== null && 'email' in body && typeof body.email === 'string';
  return named ? normalised(String(body.email)).slice(0, 320) : '';
}

function userBody({ _id, email, name }: StoredUser): User {
  return { id: _id, email, name };
}

function normalised(email: string): string {
  return email.trim().toLowerCase();
}

function ownerExists(): ApiProblem {
  return new ApiProblem(409, 'This workspace has its owner already; sign in instead.');
}
