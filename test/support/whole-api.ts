import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { createHandlers } from '#engine/api/handlers.ts';
import { createApp } from '#engine/app.ts';
import { ownerLink } from '#engine/owner-link.ts';
import { createReports } from '#engine/report/reports.ts';
import { owner } from './api.ts';
import { openEngine } from './engine.ts';

/** The API over a whole engine with its workers, so that what it answers has really happened. */
export async function openWholeApi() {
  const engine = await openEngine();
  const { base } = engine;
  const app = createApp({
    base,
    handlers: createHandlers(engine, {
      reports: createReports(base.models),
      temporal: () => Promise.resolve({ address: '', reachable: true }),
      sends: () => Promise.resolve({ allowed: true, reason: null }),
    }),
    live: (_request, response) => void response.end(),
    health: { mongo: () => Promise.resolve(true), temporal: () => Promise.resolve(true) },
    mounts: [],
    builder: null,
  });
  const token = new URL(await ownerLink(base.models, 'http://localhost')).searchParams.get('token') ?? '';
  const browser = request.agent(app);
  await browser
    .post('/api/owner')
    .send({ ...owner, token })
    .expect(200);
  return { engine, app, browser, once: () => randomUUID() };
}
export type WholeApi = Awaited<ReturnType<typeof openWholeApi>>;
