import type { Models } from '../models/index.ts';
import type { StoredHold } from '../models/hold.ts';

type Kept = Pick<Models, 'holds'>;

const RESTORED = 'restored';

/** The hold under which nobody moves and no mail goes, or null. */
export async function currentHold({ holds }: Kept): Promise<StoredHold | null> {
  return holds.findOne({ _id: RESTORED, releasedAt: null }).lean<StoredHold>();
}

/** When somebody last said to go on; null: nobody ever had to. */
export async function lastReleasedAt({ holds }: Kept): Promise<Date | null> {
  return (await holds.findById(RESTORED).lean<StoredHold>())?.releasedAt ?? null;
}

/** Holds everything; a hold that is on already stays what it is. */
export async function placeHold({ holds }: Kept, seen: Pick<StoredHold, 'dataFrom' | 'ranUntil'>): Promise<void> {
  const fresh = { ...seen, noticedAt: new Date(), releasedAt: null, releasedBy: null };
  await holds.updateOne({ _id: RESTORED, releasedAt: { $ne: null } }, { $set: fresh });
  await holds.updateOne({ _id: RESTORED }, { $setOnInsert: fresh }, { upsert: true });
}

/** Lets everything go on; answers whether anything was held. */
export async function releaseHold({ holds }: Kept, actor: string): Promise<boolean> {
  const released = { releasedAt: new Date(), releasedBy: actor };
  return (await holds.updateOne({ _id: RESTORED, releasedAt: null }, { $set: released })).modifiedCount === 1;
}
