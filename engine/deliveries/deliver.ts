import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, DeliveryState } from '#shared/delivery.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Pool } from '../channels/email/smtp/pool.ts';
import type { Mail, Outcome } from '../channels/email/smtp/transmit.ts';
import { crashPoint } from '../crash-points.ts';
import type { SendResult } from '../deliveries.ts';
import type { Claim } from './claim.ts';
import type { Gate } from './gate.ts';
import { inAWhile, resultOf } from './letter.ts';
import type { Settle } from './settle.ts';

/** One mail of a claimed delivery, ready to go. */
export type Dispatch = { key: string; token: string; claim: Claim; mail: Mail; at: Date; pool: Pool };

export type DeliverDeps = {
  gate: Gate;
  settle: Settle;
  /** A server says that nobody has this address. */
  bounced(key: string, address: string): Promise<void>;
  /** When the batch has to end, in real milliseconds. */
  endsAt: number;
};

/** A mail server that cannot be reached is tried again in a batch, at these distances. */
const KNOCK_MS = [250, 1_000, 3_000];
const FIRST_BACKOFF_MS = 30 * SECOND_MS;
const LONGEST_BACKOFF_MS = 60 * MINUTE_MS;
/** RFC 3463: no such mailbox, and a domain that takes no mail. */
const NO_SUCH_MAILBOX = /\b5\.1\.(1|10)\b/;

/** Brings one mail to its server, through the gate, and writes down durably what became of it. */
export async function deliver(deps: DeliverDeps, dispatch: Dispatch): Promise<SendResult> {
  const { key, token, mail, pool } = dispatch;
  for (let knocks = 0; ; knocks++) {
    const outcome = await pool.send(mail, async () => ((await deps.gate({ key, token })) ? 'open' : 'shut'));
    const pauseMs = KNOCK_MS[knocks];
    if (!mayRepeat(outcome) || pauseMs === undefined || Date.now() + pauseMs > deps.endsAt)
      return conclude(deps, dispatch, outcome);
    await pause(pauseMs * (0.75 + Math.random() / 2));
  }
}

/** Nothing left the house and the row is still `claimed`; 421 is how a server ends a connection that lasted too long. */
function mayRepeat(outcome: Outcome): boolean {
  if (outcome.kind === 'unreachable') return !outcome.gated;
  return outcome.kind === 'refused' && outcome.code === 421 && !outcome.gated;
}

async function conclude(deps: DeliverDeps, dispatch: Dispatch, outcome: Outcome): Promise<SendResult> {
  const { key, token, claim, at, mail } = dispatch;
  const write = async (
    from: readonly DeliveryState[],
    set: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>,
    until?: Date,
  ): Promise<SendResult> => {
    const row = await deps.settle({ key, token, from, set });
    if (row.state === 'deferred' && until) return { kind: 'deferred', until };
    return resultOf(row);
  };
  switch (outcome.kind) {
    case 'accepted': {
      crashPoint('mail-accepted');
      const { response } = outcome;
      const sent = { state: 'sent', reason: null, response: response.slice(0, 300), address: mail.to } as const;
      const result = await write(['data_started', 'unknown'], { ...sent, sentAt: at });
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
      if (outcome.gate === 'shut') return resultOf(await deps.settle(nothingOf(key, token)));
      return write(['claimed', 'data_started'], { state: 'deferred', reason: 'gateUnanswered' }, inAWhile(5_000));
    case 'unreachable': {
      const until = inAWhile(backoffMs(claim.attempts));
      const { response } = outcome;
      return write(['claimed', 'data_started'], { state: 'deferred', reason: 'unreachable', response }, until);
    }
    case 'refused': {
      const from: DeliveryState[] = outcome.gated ? ['data_started'] : ['claimed'];
      const { response, code } = outcome;
      const refusedAt = claim.refusedAt ?? new Date();
      if (code < 500 && Date.now() - refusedAt.getTime() < DAY_MS) {
        const until = inAWhile(backoffMs(claim.attempts));
        return write(from, { state: 'deferred', reason: `smtp${code}`, response, refusedAt }, until);
      }
      if (code >= 500 && NO_SUCH_MAILBOX.test(response)) await deps.bounced(key, mail.to);
      return write([...from, ...(outcome.gated ? (['unknown'] as const) : [])], {
        state: 'failed',
        reason: `smtp${code}`,
        response,
      });
    }
  }
}

/** A verdict that changes nothing and reads the row. */
function nothingOf(key: string, token: string): Parameters<Settle>[0] {
  return { key, token, from: [], set: { state: 'claimed', reason: null } };
}

function backoffMs(attempts: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1), LONGEST_BACKOFF_MS);
}
