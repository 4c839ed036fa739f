import { createHash } from 'node:crypto';
import { nanoid } from 'nanoid';
import { MINUTE_MS } from '#shared/duration.ts';
import type { Base } from '../base.ts';
import { repeating } from '../events/repeating.ts';
import type { Counter } from '../models/workspace.ts';
import type { Settings } from '../settings.ts';
import { currentHold, lastReleasedAt, placeHold } from './hold.ts';
import { type Mark, readMark, writeMark } from './mark-file.ts';

/** Counts starts and minutes of running, in the database and beside it, so that a database put back to an earlier time is noticed. */
export interface Marks {
  /** Looks, then marks; where the database remembers less than the file, everything is held before anybody moves. */
  mark(): Promise<'fine' | 'restored'>;
  start(): void;
  stop(): Promise<void>;
}

const HELD =
  'The database is from an earlier time than this workspace has run: it was restored from a backup. Nobody moves and no mail goes until somebody continues in the builder.';

type MarksDeps = Pick<Base, 'config' | 'models' | 'log'> & { settings: Settings };

/**
 * Marks by a count of this DATA_DIR's own, so that other servers' marks never hide what this one knows. The file is
 * read before the database and written after it, so it is never ahead unless the database went back; a new DATA_DIR,
 * or one that belonged to another database, begins anew and alarms nobody.
 */
export function createMarks({ config: { DATA_DIR }, models, log, settings }: MarksDeps): Marks {
  const { counters, deliveries } = models;
  let unkept = false;

  async function lookAndMark(): Promise<'fine' | 'restored'> {
    const workspace = createHash('sha256')
      .update((await settings.get()).linkSecret)
      .digest('hex')
      .slice(0, 16);
    const kept = await readMark(DATA_DIR);
    const known = kept?.workspace === workspace ? kept : null;
    const place = known?.place ?? nanoid(12);
    const _id = `mark:${place}`;
    const stored = known && (await counters.findById(_id).lean<Counter>());
    const isBehind = known !== null && (stored?.value ?? 0) < known.count;
    const answer = isBehind && (await isNews(known)) ? 'restored' : 'fine';
    if (known && answer === 'restored') await hold(known, stored?.updatedAt ?? null);
    else if (await currentHold(models)) log.warn(HELD);
    const at = new Date();
    if (isBehind) await counters.updateOne({ _id }, { $max: { value: known.count } }, { upsert: true });
    const count = await raise(_id, at);
    await keep({ place, workspace, count, at });
    return answer;
  }

  /** A place that slept since somebody said to go on knows of nothing newer. */
  async function isNews({ at }: Mark): Promise<boolean> {
    const releasedAt = await lastReleasedAt(models);
    return releasedAt === null || releasedAt < at;
  }

  async function hold({ at: ranUntil }: Mark, dataFrom: Date | null): Promise<void> {
    await placeHold(models, { dataFrom, ranUntil });
    const reason = 'databaseRestored' as const;
    await deliveries.updateMany({ state: 'claimed' }, { $set: { state: 'deferred', reason, updatedAt: new Date() } });
    log.error({ dataFrom, ranUntil }, HELD);
  }

  async function raise(_id: string, updatedAt: Date): Promise<number> {
    const change = { $inc: { value: 1 }, $set: { updatedAt } };
    const raised = await counters
      .findOneAndUpdate({ _id }, change, { upsert: true, returnDocument: 'after' })
      .lean<Counter>();
    return raised?.value ?? 1;
  }

  async function keep(mark: Mark): Promise<void> {
    try {
      await writeMark(DATA_DIR, mark);
    } catch (error) {
      if (!unkept)
        log.warn({ err: error, DATA_DIR }, 'DATA_DIR cannot be written, so a restored backup goes unnoticed.');
      unkept = true;
    }
  }

  const marking = repeating(MINUTE_MS, () =>
    lookAndMark().then(
      () => undefined,
      (error: unknown) => log.error({ err: error }, 'The database could not be marked.'),
    ),
  );
  return { mark: lookAndMark, start: marking.start, stop: marking.stop };
}
