import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Delivery, DeliveryState } from '#shared/delivery.ts';
import { groupCommit } from '../group-commit.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from './durably.ts';

/** What is to be written of a delivery, if its row still carries the token and is in one of these states. */
export type Verdict = {
  key: string;
  token: string;
  from: readonly DeliveryState[];
  set: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>;
};

/** Writes a verdict durably; answers what the row says afterwards, which another may have decided. */
export type Settle = (verdict: Verdict) => Promise<Pick<Delivery, 'state' | 'reason'>>;

/** Writes what became of deliveries, many at once, and tries again for as long as the process lives. */
export function createSettle({ deliveries }: Pick<Models, 'deliveries'>, log: Logger): Settle {
  return groupCommit((verdicts: Verdict[]) => persist(() => write(deliveries, verdicts), log));
}

async function write(deliveries: Models['deliveries'], verdicts: Verdict[]) {
  const updatedAt = new Date();
  const { matchedCount } = await nativeOf(deliveries).bulkWrite(
    verdicts.map(({ key, token, from, set }) => ({
      updateOne: { filter: { _id: key, token, state: { $in: [...from] } }, update: { $set: { ...set, updatedAt } } },
    })),
    { ordered: false, ...durably },
  );
  if (matchedCount === verdicts.length) return verdicts.map(({ set: { state, reason } }) => ({ state, reason }));
  const rows = await deliveries
    .find({ _id: { $in: verdicts.map(({ key }) => key) } }, { state: 1, reason: 1 })
    .lean<Pick<Delivery, '_id' | 'state' | 'reason'>[]>();
  const said = new Map(rows.map(({ _id, state, reason }) => [_id, { state, reason }]));
  // A row that is gone went with its contact, and nothing more will be sent for it.
  return verdicts.map(({ key }) => said.get(key) ?? { state: 'skipped' as const, reason: 'deleted' });
}

const LONGEST_PAUSE_MS = 5_000;

/** A mail that has left must be written down; a repeat writes the same again. */
async function persist<Answer>(attempt: () => Promise<Answer>, log: Logger): Promise<Answer> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      log.warn({ err: error }, 'The results of sent mails could not be written yet; trying again.');
      await pause(pauseMs, undefined, { ref: false });
    }
  }
}
