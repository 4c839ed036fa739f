import type { Request, RequestHandler } from 'express';
import type { Base } from '../base.ts';
import { findKey } from '../keys.ts';
import type { Actor } from './handler.ts';
import { ApiProblem } from './problem.ts';
import { sessionUser } from './session-cookie.ts';

/** Who may call what under `/api`, and who is calling. */
export interface Access {
  /** Lets only the signed-in owner or a caller with an API key pass. */
  required: RequestHandler;
  /** Refuses changes that another site's page makes in the name of whoever is signed in. */
  sameOrigin: RequestHandler;
  /** Who makes a request that `required` let pass; of a public route, nobody in particular. */
  actorOf(request: Request): Actor;
}

const NOBODY: Actor = { kind: 'user', id: '', name: 'anyone' };

/** Knows the owner by the session cookie, and other systems by their API key. */
export function createAccess({ config, models }: Pick<Base, 'config' | 'models'>): Access {
  const actors = new WeakMap<Request, Actor>();

  async function authenticate(request: Request): Promise<Actor> {
    const secret = bearerOf(request);
    if (secret !== null) {
      const key = await findKey(models, { kind: 'api', secret });
      if (!key) throw new ApiProblem(401, 'This API key is not known; create one in Settings.');
      return { kind: 'key', id: key._id, name: key.name };
    }
    const user = await sessionUser(models, request);
    if (!user) throw new ApiProblem(401, 'Sign in, or send an API key as a bearer token.');
    return { kind: 'user', id: user._id, name: user.name };
  }

  return {
    required: async (request, _response, next) => {
      actors.set(request, await authenticate(request));
      next();
    },
    sameOrigin: (request, _response, next) => {
      if (bearerOf(request) === null && changes(request) && isForeign(request, config.PUBLIC_URL)) {
        throw new ApiProblem(403, 'Changes are taken only from the pages of this server.');
      }
      next();
    },
    actorOf: (request) => actors.get(request) ?? NOBODY,
  };
}

function bearerOf({ headers }: Request): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function changes({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Whether a browser says that another site is asking; callers that are no browsers say nothing. */
function isForeign({ headers }: Request, publicUrl: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  if (headers.origin === undefined) return false;
  const host = URL.canParse(headers.origin) ? new URL(headers.origin).host : null;
  return host !== headers.host && !(publicUrl !== undefined && host === new URL(publicUrl).host);
}
