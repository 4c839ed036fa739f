import { callNames, ownEvents } from '#shared/event.ts';
import { COUPON_REDEEMED } from '#shared/coupon.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import type { Settings } from '../settings.ts';

/** The names of events, known without reading the events. */
export interface EventNames {
  note(names: Iterable<string>): Promise<void>;
  list(): Promise<string[]>;
}

/** More names than this are nobody's vocabulary any more. */
const MOST_NAMES = 1_000;

/** Keeps each name as a row; a server writes only names that it has not noted yet. */
export function createEventNames({
  models,
  settings,
}: {
  models: Pick<Models, 'eventNames'>;
  settings: Settings;
}): EventNames {
  const noted = new Set<string>();
  return {
    async note(names) {
      const fresh = [...names].filter((name) => !noted.has(name));
      const firstSeenAt = new Date();
      await insertNew(
        models.eventNames,
        fresh.map((_id) => ({ _id, firstSeenAt })),
      );
      if (noted.size > 10 * MOST_NAMES) noted.clear();
      for (const name of fresh) noted.add(name);
    },
    async list() {
      const { stageRules } = await settings.get();
      const seen = await models.eventNames.find().sort({ _id: 1 }).limit(MOST_NAMES).lean<{ _id: string }[]>();
      const names = [
        ...seen.map(({ _id }) => _id),
        ...stageRules.map(({ event }) => event),
        ...Object.values(ownEvents),
        COUPON_REDEEMED,
        callNames.page,
        callNames.identify,
      ];
      return [...new Set(names)].toSorted((a, b) => a.localeCompare(b));
    },
  };
}
