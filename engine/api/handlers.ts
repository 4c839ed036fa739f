import type { RouteName } from '#shared/api.ts';
import type { Engine } from '../engine.ts';
import { compileContent } from '../channels/email/compile-content.ts';
import { createResend } from '../deliveries/resend.ts';
import { createResolve } from '../deliveries/resolve.ts';
import { createDrawingProblems } from '../journeys/drawing-problems.ts';
import { createPreview } from '../journeys/preview.ts';
import type { Reports } from '../report/reports.ts';
import { contactHandlers } from './contacts.ts';
import { couponHandlers } from './coupons.ts';
import { deliveryHandlers } from './deliveries.ts';
import { enrollmentHandlers } from './enrollments.ts';
import { failedEventHandlers } from './failed-events.ts';
import type { Handlers } from './handler.ts';
import { importHandlers } from './imports.ts';
import { inboxHandlers } from './inbox.ts';
import { journeyHandlers } from './journeys.ts';
import { keyHandlers } from './keys.ts';
import { messageHandlers } from './messages.ts';
import { peopleHandlers } from './people.ts';
import { sampleHandlers } from './sample.ts';
import { segmentHandlers } from './segments.ts';
import { senderHandlers } from './senders.ts';
import { sessionHandlers } from './sessions.ts';
import { settingsHandlers } from './settings.ts';
import { type StatusPorts, statusHandlers } from './status.ts';

export type HandlerPorts = StatusPorts & { reports: Reports };

/** The closed table of the API: every route of `shared/api.ts` has its handler here. */
export function createHandlers(engine: Engine, { reports, temporal, sends }: HandlerPorts): Handlers<RouteName> {
  const { base, settings, segments, members, contacts, names, imports, sample, mailRoom, workspaceZone } = engine;
  const { models, config } = base;
  const { publish, states, plans, coupons, byHand, redeem, recall } = engine.journeys;
  const problemsOf = createDrawingProblems(models, compileContent);
  const previewPublication = createPreview({ base, problemsOf, workspaceZone });
  return {
    ...sessionHandlers(base),
    ...keyHandlers(base),
    ...settingsHandlers({ models, settings }),
    ...statusHandlers({ config, models, temporal, sends }),
    ...contactHandlers({ base, contacts, names, members }),
    ...segmentHandlers({ base, segments, members }),
    ...importHandlers({ base, imports }),
    ...sampleHandlers({ base, sample }),
    ...journeyHandlers({ base, reports, problemsOf, publish, previewPublication, states }),
    ...peopleHandlers({ base, plans, reports }),
    ...enrollmentHandlers({ base, byHand }),
    ...deliveryHandlers({
      base,
      resolve: createResolve(base),
      resend: createResend({ base, plans, coupons, mailRoom }),
    }),
    ...failedEventHandlers(base),
    ...couponHandlers({ models, redeem }),
    ...senderHandlers({ base, recall }),
    ...messageHandlers({ base, settings, mailRoom }),
    ...inboxHandlers(base),
  };
}
