import type { Logger } from 'pino';
import type { Condition } from '#shared/condition.ts';
import { summaryKey } from '#shared/contact.ts';
import { asksOnlyWhetherAny, eventsAskedBy, isTally } from '#shared/evaluate.ts';
import { leavesOf } from '#shared/condition.ts';
import type { Segment } from '#shared/segment.ts';
import type { Models } from '../models/index.ts';

/** How many events get indexes of their own; MongoDB allows 64 indexes in all. */
const MOST_EVENTS = 20;
const PREFIX = 'asked:';

type Kept = Pick<Models, 'contacts' | 'events' | 'segments'>;

/** Gives every event that a condition asks about its indexes on contacts; those that no segment asks about any more make room. */
export async function indexEventsOf(
  { models, log }: { models: Kept; log: Pick<Logger, 'warn'> },
  condition: Condition,
): Promise<void> {
  if (leavesOf(condition).some((leaf) => isTally(leaf) && leaf.within && !asksOnlyWhetherAny(leaf))) {
    // Who passes the edge of a window is found by the events that leave it.
    await models.events.collection.createIndex({ name: 1, at: 1 });
  }
  const asked = eventsAskedBy(condition);
  if (asked.length === 0) return;
  const indexed = await indexedEvents(models);
  const missing = asked.map(summaryKey).filter((key) => !indexed.has(key));
  for (const key of missing) {
    if (indexed.size >= MOST_EVENTS) await dropUnasked(models, indexed, asked);
    if (indexed.size >= MOST_EVENTS) {
      log.warn(
        { events: MOST_EVENTS },
        'segments ask about more events than can have indexes; counting them is slower',
      );
      return;
    }
    const path = `summaries.${key}`;
    await models.contacts.collection.createIndexes([
      {
        // Consent and address, so that who may be mailed of those who match is counted from the index, too.
        key: { clock: 1, [`${path}.count`]: 1, [`${path}.last`]: 1, 'consent.email.state': 1, email: 1 },
        name: `${PREFIX}count:${key}`,
      },
      { key: { clock: 1, [`${path}.last`]: 1 }, name: `${PREFIX}last:${key}` },
    ]);
    indexed.add(key);
  }
}

/** Summary keys of the events that have indexes. */
async function indexedEvents({ contacts }: Kept): Promise<Set<string>> {
  const names = (await contacts.collection.indexes()).map(({ name }) => name ?? '');
  const start = `${PREFIX}last:`;
  return new Set(names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length)));
}

async function dropUnasked({ contacts, segments }: Kept, indexed: Set<string>, asked: readonly string[]) {
  const stored = await segments.find({}, { condition: 1 }).lean<Pick<Segment, 'condition'>[]>();
  const needed = new Set([...asked, ...stored.flatMap(({ condition }) => eventsAskedBy(condition))].map(summaryKey));
  for (const key of indexed) {
    if (needed.has(key)) continue;
    await contacts.collection.dropIndex(`${PREFIX}count:${key}`);
    await contacts.collection.dropIndex(`${PREFIX}last:${key}`);
    indexed.delete(key);
  }
}
