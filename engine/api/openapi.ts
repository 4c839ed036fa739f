import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { routes } from '#shared/api.ts';
import { Condition } from '#shared/condition.ts';
import { ProblemBody, type Route } from '#shared/api/route.ts';
import { Drawing } from '#shared/journey.ts';
import { Step } from '#shared/steps/index.ts';
import { VERSION } from './status.ts';

/** The API's description as OpenAPI 3.1, printed from the same schemas that check every request. */
export function openApiDocument(server: string): object {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pasture',
      version: VERSION,
      description: 'Sign in with a session cookie, or send an API key as a bearer token. Errors are problem+json.',
    },
    servers: [{ url: `${server}/api` }],
    security: [{ apiKey: [] }, { session: [] }],
    components: {
      schemas: { Condition, Drawing, Problem: ProblemBody, Step },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'pasture_session' },
      },
    },
    paths: paths(),
  });
}

function paths(): ZodOpenApiPathsObject {
  const described: ZodOpenApiPathsObject = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    described[path] = { ...described[path], [route.method]: operation(name, route) };
  }
  described['/journeys/{id}/live'] = { get: liveOperation };
  return described;
}

function operation(name: string, { path, summary, access, query, body, response }: Route): ZodOpenApiOperationObject {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter ?? '');
  return {
    operationId: name,
    summary,
    ...(access === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(names.length > 0 ? { path: z.object(Object.fromEntries(names.map((each) => [each, z.string()]))) } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
    },
    ...(body instanceof z.ZodUnknown ? {} : { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(response instanceof z.ZodUnknown
        ? { '204': { description: 'Done' } }
        : { '200': { description: summary, content: { 'application/json': { schema: response } } } }),
      default: { description: 'Refused', content: { 'application/problem+json': { schema: ProblemBody } } },
    },
  };
}

const liveOperation: ZodOpenApiOperationObject = {
  operationId: 'liveJourney',
  summary: 'The journey in numbers as server-sent events named `report`, within 2 seconds of each change',
  requestParams: { path: z.object({ id: z.string() }) },
  responses: { '200': { description: 'A stream of reports', content: { 'text/event-stream': {} } } },
};
