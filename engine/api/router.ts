import express, { type Request, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { type RouteName, routes } from '#shared/api.ts';
import type { Access } from './access.ts';
import { cleanBody } from './clean-body.ts';
import type { Call, Handler, Handlers } from './handler.ts';
import { wrongFields } from './problem.ts';
import { remediesOf } from './remedies.ts';

/** What stands before a route, besides access: limits on how often it may be called. */
export type Guards = Partial<Record<RouteName, RequestHandler>>;

/** Routes whose handler reads the raw request itself, however long it is. */
const streamed: ReadonlySet<RouteName> = new Set<RouteName>(['uploadFile']);
const BODY_LIMIT = '2mb';

/** Mounts every route of `shared/api.ts`: access, then the body, then its checks, then its handler. */
export function apiRouter({
  handlers,
  access,
  guards,
}: {
  handlers: Handlers<RouteName>;
  access: Access;
  guards: Guards;
}): Router {
  const router = Router();
  const json = express.json({ limit: BODY_LIMIT });
  router.use(access.sameOrigin);

  function mount<Name extends RouteName>(name: Name, handler: Handler<Name>) {
    const { method, path, access: allowed } = routes[name];
    const guard = guards[name];
    router[method](
      path,
      ...(allowed === 'owner' ? [access.required] : []),
      ...(streamed.has(name) ? [] : [json]),
      ...(guard ? [guard] : []),
      answer(name, handler, access),
    );
  }

  for (const name of namesOf(handlers)) mount(name, handlers[name]);
  return router;
}

function namesOf(handlers: Handlers<RouteName>): RouteName[] {
  const isName = (name: string): name is RouteName => Object.hasOwn(routes, name);
  return Object.keys(handlers).filter(isName);
}

function answer<Name extends RouteName>(name: Name, handler: Handler<Name>, access: Access): RequestHandler {
  return async (request, response) => {
    const query = checked<Call<Name>['query']>(routes[name].query, cleanBody(request.query));
    const body = checked<Call<Name>['body']>(routes[name].body, cleanBody(request.body));
    const call = { params: paramsOf(request), query, body, actor: access.actorOf(request), request, response };
    const given = await handler(call);
    if (response.headersSent) return;
    if (given === undefined) response.status(204).end();
    else response.json(given);
  };
}

/**
 * The request's part as its schema makes it. TypeScript cannot follow a schema through a generic index, so the caller names the type.
 * @throws ApiProblem naming each wrong field
 */
function checked<Output>(schema: z.ZodType, value: unknown): Output {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data as Output;
  throw wrongFields(remediesOf(parsed.error.issues));
}

function paramsOf({ params }: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}
