import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { Logger } from 'pino';
import type { Delivery, DeliveryState } from '#shared/delivery.ts';
import { groupCommit } from '../group-commit.ts';
import type { Models } from '../models/index.ts';
import { updateRows } from '../models/native.ts';

/** A mail that is to begin, if its row is still `claimed` with this token. */
export type Asked = { key: string; token: string };

/** What is to be written of a delivery, if its row still carries the token and is in one of these states. */
export type Verdict = Asked & {
  from: readonly DeliveryState[];
  set: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>;
};

/** What a row says, which another may have decided. */
export type Said = Pick<Delivery, 'state' | 'reason'>;

/** Whether a mail may begin: true moves its row from `claimed` to `data_started`, durably, and only once. */
export type Gate = (asked: Asked) => Promise<boolean>;

/** Writes a verdict durably, for as long as the process lives; answers what the row says afterwards. */
export type Settle = (verdict: Verdict) => Promise<Said>;

/** A command costs the database more than the rows in it, so that one waits this long for the next to fill. */
const APART_MS = 5;

/**
 * The one place of a process where mails begin and end. Gates and results of all connections and batches that come
 * together are one command.
 */
export function createLedger({ deliveries }: Pick<Models, 'deliveries'>, log: Logger): { gate: Gate; settle: Settle } {
  const write = groupCommit((lines: Line[]) => commit(deliveries, lines), { apartMs: APART_MS });
  return {
    gate: async (asked) => (await write({ kind: 'gate', ...asked })).opened,
    settle: (verdict) => persist(() => write({ kind: 'verdict', ...verdict }), log),
  };
}

type Line = ({ kind: 'gate' } & Asked) | ({ kind: 'verdict' } & Verdict);
type Outcome = Said & { opened: boolean };

async function commit(deliveries: Models['deliveries'], lines: Line[]): Promise<Outcome[]> {
  const flush = nanoid();
  const updatedAt = new Date();
  const gates = Map.groupBy(
    lines.filter(({ kind }) => kind === 'gate'),
    ({ token }) => token,
  );
  const verdicts = lines.flatMap((line) => (line.kind === 'verdict' ? line : []));
  const { met } = await updateRows<Delivery>(deliveries, [
    // One statement a token, so that no row is opened by the token of another.
    ...[...gates].map(([token, same]) => ({
      q: { _id: { $in: same.map(({ key }) => key) }, token, state: 'claimed' as const },
      u: { $set: { state: 'data_started' as const, flush, updatedAt } },
      multi: true,
    })),
    ...verdicts.map(({ key, token, from, set }) => ({
      q: { _id: key, token, state: { $in: [...from] } },
      u: { $set: { ...set, updatedAt } },
    })),
  ]);
  if (met === lines.length) return lines.map(asAsked);
  const rows = await deliveries
    .find({ _id: { $in: lines.map(({ key }) => key) } }, { state: 1, reason: 1, token: 1, flush: 1 })
    .lean<Pick<Delivery, '_id' | 'state' | 'reason' | 'token' | 'flush'>[]>();
  const known = new Map(rows.map((row) => [row._id, row]));
  return lines.map(({ key, token }) => {
    const row = known.get(key);
    // A row that is gone went with its contact, and nothing more will be sent for it.
    if (!row) return { state: 'skipped', reason: 'deleted', opened: false };
    return { state: row.state, reason: row.reason, opened: row.flush === flush && row.token === token };
  });
}

function asAsked(line: Line): Outcome {
  if (line.kind === 'gate') return { state: 'data_started', reason: null, opened: true };
  return { state: line.set.state, reason: line.set.reason, opened: false };
}

const LONGEST_PAUSE_MS = 5_000;

/** A mail that has left must be written down; a repeat writes the same again. */
async function persist(attempt: () => Promise<Said>, log: Logger): Promise<Said> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      log.warn({ err: error }, 'What became of a mail could not be written yet; trying again.');
      await pause(pauseMs, undefined, { ref: false });
    }
  }
}
