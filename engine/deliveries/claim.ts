import { EventMatch } from '#shared/condition.ts';
import type { Delivery } from '#shared/delivery.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { SendResult } from '../deliveries.ts';
import type { Models } from '../models/index.ts';
import { insertNew } from '../models/insert-new.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from '../models/durably.ts';
import { type Letter, resultOf } from './letter.ts';

/** What a batch holds of a row that is its own. */
export type Claim = Pick<Delivery, 'address' | 'attempts' | 'claimedAt' | 'dueAt' | 'refusedAt' | 'turnAt'>;

/** Which letters are this token's to send, and what the rows of the others already say. */
export type Claims = { held: Map<string, Claim>; met: Map<string, SendResult> };

type Row = Claim & Pick<Delivery, '_id' | 'state' | 'reason' | 'token'>;

/** Claims letters for a token: by inserting their rows, or by taking over those that no gate has passed yet. */
export async function claim(
  { deliveries }: Pick<Models, 'deliveries'>,
  letters: readonly Letter[],
  token: string,
): Promise<Claims> {
  const rows = letters.map((letter) => rowOf(letter, token));
  const inserted = new Set((await insertNew(deliveries, rows)).map(({ _id }) => _id));
  const taken = new Set(rows.flatMap(({ _id }) => (inserted.has(_id) ? [] : _id)));
  const claims: Claims = { held: new Map(), met: new Map() };
  for (const row of rows) if (!taken.has(row._id)) claims.held.set(row._id, row);
  if (taken.size === 0) return claims;
  const ids = [...taken];
  await nativeOf(deliveries).updateMany(
    { _id: { $in: ids }, state: { $in: ['claimed', 'deferred'] } },
    { $set: { state: 'claimed', token, flush: null, reason: null, updatedAt: new Date() }, $inc: { attempts: 1 } },
    durably,
  );
  // Whoever began to send these is gone or slow; they may have arrived, so nobody sends them again.
  await nativeOf(deliveries).updateMany(
    { _id: { $in: ids }, state: 'data_started', token: { $ne: token } },
    { $set: { state: 'unknown', reason: 'interrupted', updatedAt: new Date() } },
    durably,
  );
  for (const row of await deliveries.find({ _id: { $in: ids } }).lean<Row[]>()) {
    if (row.token === token && row.state === 'claimed') claims.held.set(row._id, row);
    else claims.met.set(row._id, resultOf(row._id, row));
  }
  return claims;
}

function rowOf({ key, contact, to, message, ask, run, resendOf, actor }: Letter, token: string): Delivery {
  const now = new Date();
  return {
    _id: key,
    journey: run?.journey ?? null,
    plan: run?.plan ?? null,
    step: run?.step ?? null,
    enrollment: run?.enrollment ?? null,
    contact: contact._id,
    clock: contact.clock ?? REAL_CLOCK,
    channel: message.channel,
    address: to ?? contact.email ?? '',
    sender: message.sender,
    state: 'claimed',
    token,
    flush: null,
    reason: null,
    response: null,
    attempts: 1,
    dueAt: run?.dueAt ?? null,
    claimedAt: now,
    refusedAt: null,
    turnAt: null,
    sentAt: null,
    updatedAt: now,
    ask: ask && {
      proof: EventMatch.parse(ask.proof),
      until: ask.until,
      answeredAt: null,
      answeredBy: null,
      minor: 0,
      currency: null,
    },
    openedAt: null,
    clickedAt: null,
    unsubscribedAt: null,
    bouncedAt: null,
    complainedAt: null,
    resendOf,
    resentAs: null,
    actor,
  };
}
