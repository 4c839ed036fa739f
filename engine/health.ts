import { type RequestHandler, Router } from 'express';

/** What readiness depends on; each throws or answers false when it is not there. */
export type HealthPorts = { mongo: () => Promise<boolean>; temporal: () => Promise<boolean> };

/** `/healthz`: the process is alive. `/readyz`: the servers it needs answer too. */
export function healthRouter({ mongo, temporal }: HealthPorts): RequestHandler {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [database, workflows] = await Promise.all([answers(mongo), answers(temporal)]);
    const ready = database && workflows;
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unready', mongo: database, temporal: workflows });
  });
  return router;
}

const PATIENCE_MS = 3_000;

function answers(port: () => Promise<boolean>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  port().then(resolve, () => resolve(false));
  return promise.finally(() => clearTimeout(timer));
}
