import request from 'supertest';
import { type RouteName, routes } from '#shared/api.ts';
import { createApp } from '#engine/app.ts';
import { contactHandlers } from '#engine/api/contacts.ts';
import { failedEventHandlers } from '#engine/api/failed-events.ts';
import type { Handlers } from '#engine/api/handler.ts';
import { deliveryHandlers } from '#engine/api/deliveries.ts';
import { inboxHandlers } from '#engine/api/inbox.ts';
import { journeyHandlers } from '#engine/api/journeys.ts';
import { keyHandlers } from '#engine/api/keys.ts';
import { messageHandlers } from '#engine/api/messages.ts';
import { peopleHandlers } from '#engine/api/people.ts';
import { senderHandlers } from '#engine/api/senders.ts';
import { sessionHandlers } from '#engine/api/sessions.ts';
import { settingsHandlers } from '#engine/api/settings.ts';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createCoupons } from '#engine/coupons/issue.ts';
import { createDeliveries, type MailRoom } from '#engine/deliveries/deliveries.ts';
import { createResend } from '#engine/deliveries/resend.ts';
import { createResolve } from '#engine/deliveries/resolve.ts';
import { createDrawingProblems } from '#engine/journeys/drawing-problems.ts';
import { createPlans } from '#engine/journeys/plans.ts';
import { createPreview } from '#engine/journeys/preview.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { ownerLink } from '#engine/owner-link.ts';
import { createLive } from '#engine/report/live.ts';
import { createReports } from '#engine/report/reports.ts';
import { createSettings } from '#engine/settings.ts';
import { openDatabase } from './mongo.ts';
import { peopleParts } from './people-parts.ts';

export const owner = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };

/** The workspace's side of the API on a database of its own: nothing in it moves people or sends mail. */
export async function openApi(env: Record<string, string> = {}) {
  const database = await openDatabase();
  const config = readConfig({ LOG_LEVEL: 'silent', ...env });
  const base = createBase({ config, connection: database.connection });
  await buildIndexes(base.models);
  const mailRoom = createDeliveries(base, { settings: createSettings(base.models), record: async () => undefined });
  const reports = createReports(base.models);
  const live = createLive(reports, base.log);
  const app = createApp({
    base,
    handlers: handlersOf(base, { reports, mailRoom }),
    live: live.handler,
    health: { mongo: () => Promise.resolve(true), temporal: () => Promise.resolve(false) },
    mounts: [],
    builder: null,
  });
  const token = new URL(await ownerLink(base.models, 'http://localhost')).searchParams.get('token') ?? '';
  return {
    base,
    app,
    live,
    token,
    /** A browser of its own, with cookies. */
    browser: () => request.agent(app),
    async signedIn() {
      const agent = request.agent(app);
      await agent
        .post('/api/owner')
        .send({ ...owner, token })
        .expect(200);
      return agent;
    },
    async close() {
      live.stop();
      mailRoom.close();
      await database.close();
    },
  };
}

type Parts = { reports: ReturnType<typeof createReports>; mailRoom: MailRoom };

function handlersOf(base: Base, { reports, mailRoom }: Parts): Handlers<RouteName> {
  const { models } = base;
  const settings = createSettings(models);
  const problemsOf = createDrawingProblems(models, () => Promise.resolve({ html: '', text: '', problems: [] }));
  const unasked = () => Promise.reject(new Error('No test here asks for this.'));
  const others: unknown = Object.fromEntries(Object.keys(routes).map((name) => [name, unasked]));
  const states = { pause: unasked, resume: unasked, stop: unasked, archive: () => Promise.resolve(0) };
  const previewPublication = createPreview({
    base,
    problemsOf,
    workspaceZone: () => Promise.resolve('UTC'),
  });
  return {
    // The routes of other parts have tests of their own.
    ...(others as Handlers<RouteName>),
    ...sessionHandlers(base),
    ...keyHandlers(base),
    ...settingsHandlers({ models, settings }),
    ...journeyHandlers({ base, reports, problemsOf, publish: unasked, previewPublication, states }),
    ...peopleHandlers({ base, plans: createPlans(models), reports }),
    ...deliveryHandlers({
      base,
      resolve: createResolve(base),
      resend: createResend({ base, plans: createPlans(models), coupons: createCoupons(models), mailRoom }),
    }),
    ...senderHandlers({ base, recall: () => Promise.resolve(0) }),
    ...messageHandlers({ base, settings, mailRoom }),
    ...inboxHandlers(base),
    ...failedEventHandlers(base),
    ...contactHandlers({ base, ...peopleParts(base), members: { refresh: () => Promise.resolve() } }),
  };
}
