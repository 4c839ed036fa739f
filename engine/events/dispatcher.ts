import type { Event } from '#shared/event.ts';
import type { Logger } from 'pino';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';

/** Carries events on as fast as it goes, one page after the other, and keeps count of what waits in memory. */
export interface Dispatcher {
  add(events: readonly Event[]): void;
  /** Takes what has been pending too long, whoever accepted it; answers how many. `at`: now, as a real instant. */
  takePending(at: Date): Promise<number>;
  /** Resolves when nothing waits here. */
  idle(): Promise<void>;
}

type DispatcherDeps = {
  models: Pick<Models, 'events'>;
  log: Logger;
  dispatch(events: readonly Event[]): Promise<void>;
  /** Told when an event no longer waits in memory. */
  settled(event: Event): void;
};

/** How many contacts are written at once, and how many events a sweep reads at once. */
const PAGE = 500;
/** Many events of few contacts go together: a contact is recomputed from all their events once a page. */
const MOST_EVENTS = 5_000;
/** The server that accepted an event has this long; then any other takes it. */
const PENDING_AFTER_MS = 10_000;
/** How many pending events a sweep looks at. */
const MOST_PENDING = 20_000;

/** Carries accepted events on page by page, and takes over what was left pending elsewhere. */
export function createDispatcher({ models, log, dispatch, settled }: DispatcherDeps): Dispatcher {
  let queue: Event[] = [];
  const here = new Set<string>();
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const page = firstPage(queue);
      queue = queue.slice(page.length);
      try {
        await dispatch(page);
      } catch (error) {
        // Not even the failure could be noted: the database is away, and the sweep finds them pending later.
        log.error({ err: error }, 'Events stay pending.');
      }
      for (const event of page) {
        here.delete(event._id);
        settled(event);
      }
    }
    running = null;
  }

  return {
    add(events) {
      for (const event of events) here.add(event._id);
      queue.push(...events);
      running ??= run();
    },
    async takePending(at) {
      const waiting = await nativeOf(models.events)
        .find({ dispatch: 'pending', receivedAt: { $lt: new Date(at.getTime() - PENDING_AFTER_MS) } })
        .sort({ receivedAt: 1 })
        .project<Pick<Event, '_id' | 'attempts' | 'receivedAt'>>({ attempts: 1, receivedAt: 1 })
        .limit(MOST_PENDING)
        .toArray();
      const ripe = waiting.filter((event) => !here.has(event._id) && isRipe(event, at));
      for (const ids of pagesOf(ripe)) {
        const events = await nativeOf(models.events)
          .find({ _id: { $in: ids }, dispatch: 'pending' })
          .sort({ receivedAt: 1 })
          .toArray();
        await dispatch(events);
      }
      return ripe.length;
    },
    async idle() {
      while (running) await running;
    },
  };
}

/** The events at the head of the queue that touch no more contacts than are written at once. */
function firstPage(queue: readonly Event[]): Event[] {
  const contacts = new Set<string>();
  const end = queue.findIndex(({ contact }, index) => {
    contacts.add(contact);
    return contacts.size > PAGE || index === MOST_EVENTS;
  });
  return end === -1 ? [...queue] : queue.slice(0, end);
}

/** What failed before is tried alone, so that it holds up nobody else. */
function pagesOf(events: readonly Pick<Event, '_id' | 'attempts'>[]): string[][] {
  const fresh = events.filter(({ attempts }) => attempts === 0).map(({ _id }) => _id);
  const failed = events.filter(({ attempts }) => attempts > 0).map(({ _id }) => [_id]);
  const pages = Array.from({ length: Math.ceil(fresh.length / PAGE) }, (_, index) =>
    fresh.slice(index * PAGE, (index + 1) * PAGE),
  );
  return [...pages, ...failed];
}

/** Each failure doubles the wait, so that an outage of minutes does not use up the attempts. */
function isRipe({ receivedAt, attempts }: Pick<Event, 'receivedAt' | 'attempts'>, at: Date): boolean {
  return at.getTime() - receivedAt.getTime() > PENDING_AFTER_MS * 2 ** attempts;
}
