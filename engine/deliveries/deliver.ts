import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, DeliveryState } from '#shared/delivery.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Pool } from '../channels/email/smtp/pool.ts';
import type { Mail, Outcome } from '../channels/email/smtp/outcome.ts';
import { crashPoint } from '../crash-points.ts';
import type { SendResult } from '../deliveries.ts';
import type { Claim } from './claim.ts';
import type { Gate, Settle } from './ledger.ts';
import { PAUSED_MS, resultOf } from './letter.ts';
import { inAWhile, scattered } from './scatter.ts';
import { verdictOn } from './smtp-verdict.ts';

/** One mail of a claimed delivery, ready to go. */
export type Dispatch = {
  key: string;
  token: string;
  claim: Claim;
  mail: Mail;
  at: Date;
  pool: Pool;
  /** Of a single event: it goes before what waits of a large mailing. */
  ahead: boolean;
};

export type DeliverDeps = {
  gate: Gate;
  settle: Settle;
  /** A server says that nobody has this address. */
  bounced(response: string): Promise<void>;
  /** A server says that this sender may not mail at all. */
  barred(response: string): Promise<void>;
  /** A server wants no mails for now; answers until when. */
  hushed(): Promise<Date>;
  /** When the batch has to end, in real milliseconds. */
  endsAt: number;
};

/** A mail server that cannot be reached is tried again in a batch, at these distances. */
const KNOCK_MS = [250, 1_000, 3_000];
const FIRST_BACKOFF_MS = 30 * SECOND_MS;
export const LONGEST_BACKOFF_MS = 60 * MINUTE_MS;
const LONGEST_ABSENCE_MS = 5 * MINUTE_MS;

/** Brings one mail to its server, through the gate, and writes down durably what became of it. */
export async function deliver(deps: DeliverDeps, dispatch: Dispatch): Promise<SendResult> {
  const { key, token, mail, pool, ahead } = dispatch;
  for (let knocks = 0; ; knocks++) {
    const askGate = async () => ((await deps.gate({ key, token })) ? 'open' : 'shut');
    const outcome = await pool.send(mail, askGate, { ahead });
    const pauseMs = KNOCK_MS[knocks];
    if (!mayRepeat(outcome) || pauseMs === undefined || Date.now() + pauseMs > deps.endsAt)
      return conclude(deps, dispatch, outcome);
    await pause(scattered(pauseMs, key));
  }
}

/** Nothing left the house and the row is still `claimed`. */
function mayRepeat(outcome: Outcome): boolean {
  return outcome.kind === 'unreachable' && !outcome.gated;
}

async function conclude(deps: DeliverDeps, dispatch: Dispatch, outcome: Outcome): Promise<SendResult> {
  const { key, token, claim, at, mail } = dispatch;
  const seed = `${key}/${claim.attempts}`;
  const write = async (
    from: readonly DeliveryState[],
    set: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>,
    until?: Date,
  ): Promise<SendResult> => {
    const row = await deps.settle({ key, token, from, set });
    if (row.state === 'deferred' && until) return { kind: 'deferred', until };
    return resultOf(key, row);
  };
  switch (outcome.kind) {
    case 'accepted': {
      crashPoint('mail-accepted');
      const { response } = outcome;
      const sent = { state: 'sent', reason: null, response: response.slice(0, 300) } as const;
      const elsewhere = mail.to !== claim.address && { address: mail.to };
      const forgiven = claim.refusedAt !== null && { refusedAt: null };
      const result = await write(['data_started', 'unknown'], { ...sent, ...elsewhere, ...forgiven, sentAt: at });
      crashPoint('result-written');
      return result;
    }
    case 'uncertain':
      return write(['data_started', 'unknown'], {
        state: 'unknown',
        reason: 'noAnswer',
        response: outcome.response,
        address: mail.to,
        sentAt: at,
      });
    case 'withheld':
      // Shut: another has decided, and its row tells. Unanswered: no byte went out, so an opened row is put back.
      if (outcome.gate === 'shut') return resultOf(key, await deps.settle(nothingOf(key, token)));
      return write(['claimed', 'data_started'], { state: 'deferred', reason: 'gateUnanswered' }, inAWhile(5_000, seed));
    case 'unreachable': {
      const until = inAWhile(Math.min(backoffMs(claim.claimedAt), LONGEST_ABSENCE_MS), seed);
      const { response } = outcome;
      return write(['claimed', 'data_started'], { state: 'deferred', reason: 'unreachable', response }, until);
    }
    case 'refused':
      return refuse(deps, dispatch, outcome);
    case 'turnedAway':
      // Nothing is wrong with this mail: it waits with the others of its sender.
      await deps.barred(outcome.response);
      return write(
        ['claimed'],
        { state: 'deferred', reason: 'senderPaused', response: outcome.response },
        inAWhile(PAUSED_MS, seed),
      );
  }
}

type Refusal = Extract<Outcome, { kind: 'refused' }>;

/** The server said no: for now, to this address, to this sender, or to this mail. */
async function refuse(deps: DeliverDeps, { key, token, claim, at }: Dispatch, refusal: Refusal): Promise<SendResult> {
  const { code, response, gated } = refusal;
  const write = (from: DeliveryState[], set: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>) =>
    deps.settle({ key, token, from, set: { ...set, response } });
  const open: DeliveryState[] = gated ? ['data_started'] : ['claimed'];
  const reason = `smtp${code}`;
  const verdict = verdictOn(refusal);
  if (verdict === 'later' || verdict === 'quiet') {
    const refusedAt = claim.refusedAt ?? new Date();
    const quietMs = verdict === 'quiet' ? (await deps.hushed()).getTime() - Date.now() : 0;
    const until = inAWhile(Math.max(backoffMs(refusedAt), quietMs * QUIET_AND_MORE), `${key}/${claim.attempts}`);
    if (until.getTime() - refusedAt.getTime() < DAY_MS) {
      const row = await write(open, { state: 'deferred', reason, refusedAt });
      if (row.state === 'deferred') return { kind: 'deferred', until };
      // Taken for interrupted meanwhile, and its person has gone on; now it is known that nobody got it.
      if (row.state !== 'unknown') return resultOf(key, row);
    }
  }
  if (verdict === 'noSuchMailbox') await deps.bounced(response);
  if (verdict === 'barred') await deps.barred(response);
  const failed = { state: 'failed' as const, reason, ...(verdict === 'noSuchMailbox' && { bouncedAt: at }) };
  return resultOf(key, await write([...open, ...(gated ? (['unknown'] as const) : [])], failed));
}

/** A verdict that changes nothing and reads the row. */
function nothingOf(key: string, token: string): Parameters<Settle>[0] {
  return { key, token, from: [], set: { state: 'claimed', reason: null } };
}

/** Scattering takes up to a quarter away, and nobody may come back before the quiet is over. */
const QUIET_AND_MORE = 4 / 3;

/** Each pause is as long as all before it together. */
function backoffMs(since: Date): number {
  return Math.min(Math.max(Date.now() - since.getTime(), FIRST_BACKOFF_MS), LONGEST_BACKOFF_MS);
}
