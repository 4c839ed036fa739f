import type { Journey, JourneyState } from '#shared/journey.ts';
import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import type { Deliveries } from '../deliveries.ts';
import { forgetLines } from '../deliveries/line.ts';
import type { Leaving } from './leave.ts';
import type { Listeners } from './listeners.ts';
import type { Recall } from './recall.ts';

/** What the owner may do to a journey as a whole; each answers how many people inside it concerns, or null when its state forbids it. */
export interface States {
  /** Holds everyone where they are; what is claimed but not begun is put off. */
  pause(journey: string, actor: string): Promise<number | null>;
  /** Goes on; each step applies its lateness rule instead of firing a backlog. */
  resume(journey: string, actor: string): Promise<number | null>;
  /** Takes nobody in any more and exits everyone inside; the sweeper finishes what a crash interrupts. */
  stop(journey: string, actor: string): Promise<number | null>;
  archive(journey: string, actor: string): Promise<number | null>;
}

export type StatesDeps = {
  base: Base;
  listeners: Listeners;
  leaving: Leaving;
  deliveries: Pick<Deliveries, 'takeBack'>;
  sweepJourney: (journey: string) => Promise<void>;
  recall: Recall;
};

/** Writes the journey's state first, then does to the people inside what follows from it. */
export function createStates({ base, listeners, leaving, deliveries, sweepJourney, recall }: StatesDeps): States {
  const { models, log } = base;

  async function change(
    journey: string,
    from: JourneyState[],
    to: JourneyState,
    actor: string,
  ): Promise<number | null> {
    const done = await models.journeys.updateOne(
      { _id: journey, state: { $in: from } },
      { $set: { state: to, updatedBy: actor, updatedAt: new Date() } },
    );
    if (done.matchedCount === 0) {
      const now = await models.journeys.findById(journey, { state: 1 }).lean<Pick<Journey, 'state'>>();
      if (now?.state !== to) return null;
    }
    await listeners.raise();
    return models.enrollments.countDocuments({ journey, state: 'active' });
  }

  /** Nobody of a stopped journey comes for their place in a sender's line any more: those behind them move up. */
  async function moveUp(journey: string): Promise<void> {
    const stopped = { journey, state: 'skipped', reason: 'journeyStopped' } as const;
    const named: (string | null)[] = await models.deliveries.distinct('sender', stopped);
    const own = [
      { _id: { $in: named.filter((id) => id !== null) } },
      ...(named.includes(null) ? [{ isDefault: true }] : []),
    ];
    for (const sender of await models.senders.find({ $or: own }).lean<Sender[]>()) {
      await forgetLines(models, sender._id);
      await recall('limit', sender);
    }
  }

  return {
    async pause(journey, actor) {
      const inside = await change(journey, ['running'], 'paused', actor);
      if (inside !== null) await deliveries.takeBack({ journey }, 'deferred', 'journeyPaused');
      return inside;
    },
    async resume(journey, actor) {
      const inside = await change(journey, ['paused'], 'running', actor);
      if (inside !== null) await sweepJourney(journey);
      return inside;
    },
    async stop(journey, actor) {
      const inside = await change(journey, ['running', 'paused'], 'stopped', actor);
      if (inside === null) return null;
      await deliveries.takeBack({ journey }, 'skipped', 'journeyStopped');
      moveUp(journey).catch((error: unknown) =>
        log.error({ err: error, journey }, 'Those who wait behind a stopped journey come later than they could.'),
      );
      leaving
        .empty(journey, 'stopped')
        .catch((error: unknown) => log.error({ err: error, journey }, 'Stopping goes on at the next sweep.'));
      return inside;
    },
    archive: (journey, actor) => change(journey, ['draft', 'stopped'], 'archived', actor),
  };
}
