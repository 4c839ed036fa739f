import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { RouteName } from '#shared/api.ts';
import { type Access, createAccess } from './api/access.ts';
import { faultsToProblems, nothingThere } from './api/faults.ts';
import type { Handlers } from './api/handler.ts';
import { openApiDocument } from './api/openapi.ts';
import { apiRouter } from './api/router.ts';
import { sessionGuards } from './api/sessions.ts';
import type { Base } from './base.ts';
import { type HealthPorts, healthRouter } from './health.ts';
import { createMetrics } from './metrics.ts';

export type AppParts = {
  base: Base;
  handlers: Handlers<RouteName>;
  /** Server-sent reports of one journey, named by the parameter `id`. */
  live: RequestHandler;
  health: HealthPorts;
  /** What stands outside `/api` and answers for itself: `/v1`, and the public pages of mails. */
  mounts: { path: string; router: RequestHandler }[];
  /** The built builder; null where there is none, as in tests of the API. */
  builder: string | null;
};

/** The whole HTTP side of the product, not yet listening. */
export function createApp({ base, handlers, live, health, mounts, builder }: AppParts): Express {
  const { config, log } = base;
  const access = createAccess(base);
  const app = express();
  app.set('trust proxy', 'loopback');
  app.disable('x-powered-by');
  app.use(securityHeaders(config.PUBLIC_URL));
  app.use(healthRouter(health));
  app.get('/metrics', access.required, createMetrics(base));
  for (const { path, router } of mounts) app.use(path, router);
  app.use('/api', api({ base, handlers, live, access }));
  if (builder !== null) app.use(builderPages(builder));
  app.use(nothingThere);
  app.use(faultsToProblems(log));
  return app;
}

function api({ base, handlers, live, access }: Pick<AppParts, 'base' | 'handlers' | 'live'> & { access: Access }) {
  const router = express.Router();
  const uncached: RequestHandler = (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  };
  let document: string | null = null;
  router.use(uncached);
  router.get('/openapi.json', (_request, response) => {
    document ??= JSON.stringify(openApiDocument(base.config.PUBLIC_URL ?? ''));
    response.type('json').send(document);
  });
  router.get('/journeys/:id/live', access.required, live);
  router.use(apiRouter({ handlers, access, guards: sessionGuards() }));
  return router.use(nothingThere);
}

/** Lets the builder's own files and its inline styles work, and mails be shown with pictures of this host only. */
function securityHeaders(publicUrl: string | undefined): RequestHandler {
  const secure = publicUrl?.startsWith('https:') ?? false;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'", 'blob:'],
        frameAncestors: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: secure,
  });
}

/** The builder's files; every other address of a page is the builder's to route. */
function builderPages(folder: string): RequestHandler {
  const router = express.Router();
  const page = join(folder, 'index.html');
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: true }));
  router.use(express.static(folder, { index: false, maxAge: '1h' }));
  router.get('/{*page}', (request, response, next) => {
    if (!request.accepts('html') || request.path.startsWith('/assets/')) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    if (existsSync(page)) response.sendFile(page);
    else response.status(503).type('text').send('The builder is not built yet; run `npm run build`, then reload.\n');
  });
  return router;
}
