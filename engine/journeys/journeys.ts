import type { Client } from '@temporalio/client';
import type { Event } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { createCoupons } from '../coupons/issue.ts';
import { createRedeem, type RecordEvent } from '../coupons/redeem.ts';
import type { Deliveries } from '../deliveries.ts';
import { createStarter } from '../temporal/starter.ts';
import { createByHand } from './by-hand.ts';
import type { CompileContent } from './contents.ts';
import { createEnter } from './enter.ts';
import { createEnterMembers } from './enter-members.ts';
import { createLeaving } from './leave.ts';
import { createListeners } from './listeners.ts';
import { createMeet } from './meet.ts';
import { createMergeRuns } from './merge.ts';
import { createPlans } from './plans.ts';
import { createPublish, type PublishDeps } from './publish.ts';
import { createReact } from './react.ts';
import { createRecall } from './recall.ts';
import { createRelease } from './release.ts';
import { createStates } from './states.ts';
import { createSweeper } from './sweep.ts';

/** What journeys need of the other parts. */
export type JourneysDeps = {
  base: Base;
  client: Client;
  deliveries: Deliveries;
  record: RecordEvent;
  answerAsks: (event: Event) => Promise<void>;
  closeAbandoned: () => Promise<void>;
  compileContent: CompileContent;
} & Pick<PublishDeps, 'startClocks'>;

/** Everything that publishes journeys and moves people through them. */
export function createJourneys(deps: JourneysDeps) {
  const { base, client, deliveries, record, answerAsks, closeAbandoned } = deps;
  const plans = createPlans(base.models);
  const listeners = createListeners(base);
  const starter = createStarter(client, base.config);
  const leaving = createLeaving(base, plans, deliveries);
  const release = createRelease(base, plans, starter);
  const meet = createMeet({ plans, release, leaving });
  const mergeRuns = createMergeRuns({ models: base.models, listeners, meet, exit: leaving.exit });
  const enter = createEnter(base, starter, mergeRuns);
  const redeem = createRedeem(base, record);
  const sweeper = createSweeper({ base, starter, leaving, closeAbandoned });
  const recall = createRecall(base, starter);
  return {
    plans,
    listeners,
    starter,
    leaving,
    mergeRuns,
    enter,
    redeem,
    sweeper,
    recall,
    coupons: createCoupons(base.models),
    enterMembers: createEnterMembers(listeners, enter),
    react: createReact({ base, listeners, enter, meet, redeem, answerAsks }),
    publish: createPublish({ ...deps, listeners, leaving, starter }),
    states: createStates({ base, listeners, leaving, deliveries, sweepJourney: sweeper.sweepJourney, recall }),
    byHand: createByHand({ base, plans, starter, leaving, enter }),
  };
}
