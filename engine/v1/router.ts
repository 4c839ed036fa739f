import { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import type { EventKind } from '#shared/event.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Events } from '../events/events.ts';
import type { Models } from '../models/index.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Settings } from '../settings.ts';
import { EVENT_BYTES, readBatch } from './batch.ts';
import { createCallers } from './caller.ts';
import { type Around, readEvent } from './incoming-event.ts';
import { createRoom, putOff } from './room.ts';

/** Segment's paths, long and short. */
const paths = {
  track: ['/track', '/t'],
  identify: ['/identify', '/i'],
  page: ['/page', '/p'],
  screen: ['/screen', '/s'],
  group: ['/group', '/g'],
  alias: ['/alias', '/a'],
} satisfies Record<EventKind, string[]>;
const batchPaths = ['/batch', '/b', '/import'];

type V1Deps = {
  models: Pick<Models, 'keys' | 'rejectedEvents'>;
  events: Pick<Events, 'accept' | 'isFull'>;
  settings: Settings;
};

/**
 * Live events by Segment's HTTP tracking spec; mount it at `/v1`. An answer of 200 means that they are on disk.
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export function v1Router({ models, events, settings }: V1Deps): Router {
  const callers = createCallers(models);
  const router = Router();
  router.use(openToBrowsers);
  router.use(createRoom(() => events.isFull(), callers));
  router.use(unreadable);

  async function aroundOf(request: Request, body: object): Promise<Around> {
    const receivedAt = new Date();
    const source = await callers.nameOf(request, body);
    const { currency } = await settings.get();
    return { receivedAt, source, currency, sentAt: sentAtOf(body), context: contextOf(body) };
  }

  for (const kind of kindsOf(paths)) {
    router.post(paths[kind], async (request, response) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body.length : 0;
      if (bytes > EVENT_BYTES) throw new ApiProblem(413, 'The event is larger than 32 KB; send less with it.');
      const body = bodyOf(request);
      const read = readEvent(kind, body, bytes, { ...(await aroundOf(request, body)), context: {} });
      if ('errors' in read) throw new ApiProblem(400, 'Some fields of the event are not right.', read.errors);
      if (events.isFull(1)) putOff(request);
      await events.accept([read.event]);
      response.json({ success: true });
    });
  }

  router.post(batchPaths, async (request, response) => {
    const body = bodyOf(request);
    const { taken, rejected, kept } = readBatch(body, await aroundOf(request, body));
    if (events.isFull(taken.length)) putOff(request);
    if (taken.length > 0) await events.accept(taken);
    await insertNew(models.rejectedEvents, kept);
    if (taken.length === 0) {
      const errors = rejected.flatMap((one) => one.errors);
      throw new ApiProblem(400, 'No event of the batch could be taken.', errors.slice(0, 100));
    }
    response.json(rejected.length > 0 ? { success: true, rejected } : { success: true });
  });
  return router;
}

function kindsOf(table: typeof paths): EventKind[] {
  const isKind = (name: string): name is EventKind => Object.hasOwn(table, name);
  return Object.keys(table).filter(isKind);
}

/** Browsers of any shop may send events; the key says only which shop, and nothing can be read with it. */
const openToBrowsers: RequestHandler = (request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.setHeader('Access-Control-Allow-Methods', 'POST');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, Content-Encoding, X-Retry-Count');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.status(204).end();
};

/** What the decompression itself trips over is the caller's. */
const unreadable: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
    next(new ApiProblem(400, 'The body is not compressed in the way its Content-Encoding says.'));
    return;
  }
  next(error);
};

/** @throws ApiProblem 400 unless the body is a JSON object, whatever its content type says. */
function bodyOf({ body }: Request): object {
  const problem = new ApiProblem(400, 'The body is not a JSON object.');
  if (!Buffer.isBuffer(body) || body.length === 0) throw problem;
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    throw Object.assign(problem, { cause });
  }
  throw problem;
}

function sentAtOf(body: object): Date | null {
  const sentAt = 'sentAt' in body && typeof body.sentAt === 'string' ? new Date(body.sentAt) : null;
  return sentAt && !Number.isNaN(sentAt.getTime()) ? sentAt : null;
}

function contextOf(body: object): Record<string, unknown> {
  return 'context' in body && typeof body.context === 'object' && body.context !== null ? { ...body.context } : {};
}
