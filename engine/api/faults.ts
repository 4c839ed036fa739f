import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ProblemBody } from '#shared/api/route.ts';
import { isDatabaseAway } from '../models/database-away.ts';
import { ApiProblem } from './problem.ts';

/** What body-parser says went wrong, by its error's `type`, in words a caller can act on. */
const bodyFaults: Record<string, ApiProblem> = {
  'entity.parse.failed': new ApiProblem(400, 'The body is not valid JSON.'),
  'entity.too.large': new ApiProblem(413, 'The body is too large; send less at once.'),
  'encoding.unsupported': new ApiProblem(415, 'The body has an encoding that is not understood; use gzip or none.'),
  'charset.unsupported': new ApiProblem(415, 'The body has a character set that is not understood; use UTF-8.'),
  'request.aborted': new ApiProblem(400, 'The request broke off before its end.'),
};

/** Turns whatever a route throws into problem+json; what nobody foresaw is logged and stays inside. */
export function faultsToProblems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error);
    if (problem.status >= 500) log.error({ err: error, path: request.path, method: request.method }, problem.message);
    sendProblem(response, problem);
  };
}

/** Answers every request that no route took. */
export const nothingThere: RequestHandler = () => {
  throw new ApiProblem(404, 'There is nothing at this address; see /api/openapi.json.');
};

/** Sends a refusal as problem+json; where the server is not ready, with when to come again. */
export function sendProblem(response: Response, { status, message, errors }: ApiProblem): void {
  const body: ProblemBody = {
    type: 'about:blank',
    title: message,
    status,
    ...(errors.length > 0 ? { errors } : {}),
  };
  if (status === 503) response.setHeader('Retry-After', '5');
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof Error) {
    const fault = 'type' in error && typeof error.type === 'string' ? bodyFaults[error.type] : undefined;
    if (fault) return fault;
    if (isDatabaseAway(error)) {
      return new ApiProblem(503, 'The database takes nothing just now; try again in a moment.');
    }
    if (error.name === 'ServiceError') {
      return new ApiProblem(503, 'Temporal cannot be reached just now; try again in a moment.');
    }
    if (error instanceof URIError) return new ApiProblem(400, 'The address is not encoded as it should be.');
  }
  return new ApiProblem(500, 'Something went wrong on our side; it has been logged.');
}
