import { inPages } from '../in-pages.ts';
import type { Enter, Newcomer } from './enter.ts';
import type { Listeners } from './listeners.ts';

/** Someone who began to match a segment, at an instant of their own clock: that instant is the occasion of their entry. */
export type Joined = { contact: string; since: Date };

/** Takes whoever begins to match a segment into the journeys that wait for joiners of it. */
export type EnterMembers = (segment: string, joined: Joined[]) => Promise<void>;

const PAGE_SIZE = 500;
/** So few joined by what somebody did, or by the minute: they do not wait behind a mailing. */
const MOST_LIVE = 50;

/** Enters joiners page by page into every plan that listens to the segment. */
export function createEnterMembers(listeners: Listeners, enter: Enter): EnterMembers {
  return async (segment, joined) => {
    if (joined.length === 0) return;
    const { bySegment } = await listeners.now();
    for (const plan of bySegment.get(segment) ?? []) {
      for (const page of inPages(joined, PAGE_SIZE)) {
        const people = newcomersOf(page, new Date());
        // The group is named by its first member, so that a repeat joins the run under way.
        const group = `${plan._id}/joined/${page[0]?.contact}/${page[0]?.since.toISOString()}`;
        await enter({ plan, people, group, queue: people.length > MOST_LIVE ? 'bulk' : 'live' });
      }
    }
  };
}

/** Members as newcomers: the instant they began to match is the occasion, so that no second reading enters them again. */
export function newcomersOf(members: readonly Joined[], countsFrom: Date): Newcomer[] {
  return members.map(({ contact, since }) => ({
    contact,
    occasion: since.toISOString(),
    key: '',
    countsFrom,
    entryEvent: null,
  }));
}
