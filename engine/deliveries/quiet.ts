import { MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Models } from '../models/index.ts';
import type { QuietHost } from '../models/delivery.ts';
import { nativeOf } from '../models/native.ts';
import { insertNew } from '../models/insert-new.ts';

const FIRST_QUIET_MS = MINUTE_MS;
const LONGEST_QUIET_MS = 32 * MINUTE_MS;
/** A host that has taken mails for this long since its last quiet begins with a short one again. */
const FORGIVEN_MS = 30 * MINUTE_MS;
/** How long one reading is trusted; another worker's 421 is heard of after that. */
const TRUST_MS = SECOND_MS;

/** Mail servers that asked to be left alone for a while, known to all workers. */
export interface Quiet {
  /** Until when nothing is sent to a host; null: it may be spoken to. */
  until(host: string): Promise<Date | null>;
  /** A host has said 421: leaves it alone, longer each time it says so again; answers until when. */
  hush(host: string): Promise<Date>;
}

/** Keeps quiet hosts in the database, read at most once a second. */
export function createQuiet({ quietHosts }: Pick<Models, 'quietHosts'>): Quiet {
  const known = new Map<string, { row: Promise<QuietHost | null>; readAt: number }>();

  function read(host: string): Promise<QuietHost | null> {
    const row = quietHosts.findById(host).lean<QuietHost>().exec();
    known.set(host, { row, readAt: Date.now() });
    return row;
  }

  return {
    async until(host) {
      const last = known.get(host);
      const row = await (last && Date.now() - last.readAt < TRUST_MS ? last.row : read(host));
      return row && row.until.getTime() > Date.now() ? row.until : null;
    },

    async hush(host) {
      const row = await read(host);
      const now = Date.now();
      // Several mails hear the same 421; the first of them counts.
      if (row && row.until.getTime() > now) return row.until;
      const again = row && now - row.until.getTime() < FORGIVEN_MS ? row.times : 0;
      const until = new Date(now + Math.min(FIRST_QUIET_MS * 2 ** again, LONGEST_QUIET_MS));
      if (row)
        await nativeOf(quietHosts).updateOne({ _id: host, until: row.until }, { $set: { until, times: again + 1 } });
      else await insertNew(quietHosts, [{ _id: host, until, times: 1 }]);
      return (await read(host))?.until ?? until;
    },
  };
}
