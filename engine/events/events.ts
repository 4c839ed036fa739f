import { type Event, OWN_SOURCE } from '#shared/event.ts';
import type { Base } from '../base.ts';
import type { Contacts } from '../contacts/contacts.ts';
import { groupCommit } from '../group-commit.ts';
import { insertNew } from '../models/insert-new.ts';
import { acceptAll } from './accept.ts';
import { dispatch, type DispatchDeps } from './dispatch.ts';
import { createDispatcher } from './dispatcher.ts';
import { type AcceptResult, type IncomingEvent, pendingEvent } from './incoming.ts';
import type { OwnEvent } from './own-event.ts';
import { repeating } from './repeating.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** Everything that people did, durable before anything comes of it. */
export interface Events {
  /** Makes events durable and answers then; what comes of them follows at once. Requests share their writes. */
  accept(events: readonly IncomingEvent[]): Promise<AcceptResult[]>;
  /** Keeps an event that the product itself makes; a repeat by its id changes nothing. */
  record(event: OwnEvent): Promise<void>;
  /** Carries on what has been pending for 10 s, whichever server accepted it; answers how many it tried. */
  dispatchPending(at?: Date): Promise<number>;
  /** Whether so much waits in memory that callers with so many more events should come again later. */
  isFull(more?: number): boolean;
  /** Resolves when everything accepted here has been carried on. */
  idle(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export type EventDeps = Pick<DispatchDeps, 'react' | 'members'> & {
  contacts: Contacts;
};

const SWEEP_EVERY_MS = 3_000;

/** Stores events, then carries them on to contacts, segments and journeys. */
export function createEvents({ models, clocks, log }: Base, { react, members, contacts }: EventDeps): Events {
  const waiting = createWaitingRoom();
  const dispatcher = createDispatcher({
    models,
    log,
    dispatch: (events) => dispatch({ models, log, contacts, members, react }, events),
    settled: ({ _id }) => waiting.leave(_id),
  });

  const acceptOne = groupCommit((incoming: IncomingEvent[]) =>
    acceptAll({ models, clocks, contacts, stored: (events) => dispatcher.add(events) }, incoming),
  );
  const recordOne = groupCommit(async (rows: Event[]) => {
    const unique = [...new Map(rows.map((row) => [row._id, row])).values()];
    dispatcher.add(await insertNew(models.events, unique));
    return rows.map(() => null);
  });

  async function accept(event: IncomingEvent): Promise<AcceptResult> {
    const isFirst = waiting.enter(event);
    try {
      const answer = await acceptOne(event);
      if (isFirst && answer.outcome === 'repeated') waiting.leave(event.id);
      return answer;
    } catch (error) {
      if (isFirst) waiting.leave(event.id);
      throw error;
    }
  }

  const sweep = repeating(SWEEP_EVERY_MS, async () => {
    try {
      await dispatcher.takePending(new Date());
      await contacts.finishMerges();
    } catch (error) {
      log.error({ err: error }, 'Pending events could not be looked for.');
    }
  });

  return {
    accept: (events) => Promise.all(events.map(accept)),
    async record({ id, name, contact, at, properties, value = null }) {
      const row = { _id: id, kind: 'track' as const, name, contact, at, receivedAt: new Date(), properties, value };
      await recordOne(pendingEvent({ ...row, source: OWN_SOURCE }));
    },
    dispatchPending: (at = new Date()) => dispatcher.takePending(at),
    isFull: waiting.isFull,
    idle: dispatcher.idle,
    start: sweep.start,
    async stop() {
      await sweep.stop();
      await dispatcher.idle();
    },
  };
}
