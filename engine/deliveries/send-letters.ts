import { nanoid } from 'nanoid';
import { REAL_CLOCK } from '#shared/clock.ts';
import { SECOND_MS } from '#shared/duration.ts';
import { ownEvents } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { crashPoint } from '../crash-points.ts';
import type { Routes } from '../channels/email/routes.ts';
import type { SendResult } from '../deliveries.ts';
import type { OwnEvent } from '../events/own-event.ts';
import { publicUrl } from '../public-url.ts';
import type { Settings } from '../settings.ts';
import { type Claim, claim } from './claim.ts';
import { deliver, LONGEST_BACKOFF_MS } from './deliver.ts';
import type { Gate, Settle } from './ledger.ts';
import type { Barring } from './barring.ts';
import { type Letter, resultOf } from './letter.ts';
import { look, type Ready } from './look.ts';
import type { Quiet } from './quiet.ts';
import { renderReady, type Workspace } from './render-ready.ts';
import { rememberReturnPaths } from './return-paths.ts';
import { inAWhile, scattered } from './scatter.ts';
import type { SelfTest } from './self-test.ts';
import { forbidAddress } from './suppression.ts';
import type { Turns } from './turns.ts';

/** A batch of mails ends after this; whoever is left comes again shortly. */
const BATCH_MS = 20 * SECOND_MS;
const LEFT_OVER_MS = 2 * SECOND_MS;
/** Not everybody at once when a server may be spoken to again. */
const QUIET_OVER_MS = 5 * SECOND_MS;
/** Mails on their way for each connection: one is carried, the next is announced with its end, and one is rendered or its result written. */
const AHEAD = 3;
/** A batch of so few is what somebody's own event led to, and goes before the mails of large ones. */
const FEW = 10;

export type SendLetters = (batch: { letters: readonly Letter[]; token: string }) => Promise<Map<string, SendResult>>;

export type SendDeps = {
  base: Base;
  settings: Settings;
  routes: Routes;
  barring: Barring;
  settle: Settle;
  quiet: Quiet;
  turns: Turns;
  selfTest(): Promise<SelfTest>;
  record(event: OwnEvent): Promise<void>;
  batchMs?: number;
};

type Sending = {
  token: string;
  endsAt: number;
  workspace: Workspace;
  held: ReadonlyMap<string, Claim>;
  ahead: boolean;
};

/** Sends letters: claims them, looks who may still be mailed, and carries each to its server through the gate. */
export function createSendLetters(deps: SendDeps): SendLetters {
  const { base, settings, routes, settle, turns } = deps;
  const routeOf = (clock: string | null) => routes.of(clock ?? REAL_CLOCK);

  return async ({ letters, token: given }) => {
    // A token of this call alone, so that no repeat is ever taken for its predecessor.
    const token = `${given}/${nanoid(8)}`;
    const endsAt = Date.now() + (deps.batchMs ?? BATCH_MS);
    const { held, met: results } = await claim(base.models, letters, token);
    crashPoint('claim-written');
    const workspace = { ...(await settings.get()), publicUrl: publicUrl(base.config) };
    const inHouse = (clock: string | null) => !routeOf(clock).outside;
    const { ready, noes } = await look(base, letters, { held, inHouse, company: workspace.company });
    const refusals = noes.map(async ({ letter: { key }, state, reason }) => {
      // What else holds it up is not its server's doing, which has a day of its own once it is asked again.
      const set = { state, reason, refusedAt: null };
      results.set(key, resultOf(key, await settle({ key, token, from: ['claimed'], set })));
    });
    const sending = { token, endsAt, workspace, held, ahead: letters.length <= FEW };
    await rememberReturnPaths(base.models, ready);
    const { lanes, later } = await turns.order(ready, held);
    const putOffs = later.map(async ({ one, until }) => {
      results.set(one.letter.key, await putOff(deps, one, { token, reason: 'limit', until, turnAt: until }));
    });
    const carriers = lanes.flatMap(({ letters: lane, limited }) => {
      const queue = lane.values();
      const carry = async () => {
        for (const one of queue) results.set(one.letter.key, await sendOne(deps, one, sending));
      };
      const width = Math.max(0, ...lane.map(({ contact }) => routeOf(contact.clock).pool.size));
      // A permit is for now: whoever holds one must find a connection free.
      return Array.from({ length: limited ? width : width * AHEAD }, carry);
    });
    await allOrFirstFault([...refusals, ...putOffs, ...carriers]);
    return results;
  };
}

type PutOff = { token: string; reason: string | null; until: Date; turnAt: Date | null };

async function putOff({ settle }: SendDeps, { letter: { key } }: Ready, off: PutOff): Promise<SendResult> {
  const { token, reason, until, turnAt } = off;
  const row = await settle({ key, token, from: ['claimed'], set: { state: 'deferred', reason, turnAt } });
  return row.state === 'deferred' ? { kind: 'deferred', until } : resultOf(key, row);
}

async function sendOne(
  deps: SendDeps,
  one: Ready,
  { token, endsAt, workspace, held, ahead }: Sending,
): Promise<SendResult> {
  const { routes, barring, settle, quiet, turns, selfTest } = deps;
  const { letter, contact, address, sender } = one;
  const { key, at } = letter;
  const later = (reason: string | null, until: Date, turnAt: Date | null = null) =>
    putOff(deps, one, { token, reason, until, turnAt });
  // Left over, they have been waiting for their turn already.
  if (Date.now() > endsAt) return later(null, inAWhile(LEFT_OVER_MS, key), new Date());
  const { pool, host, outside } = routes.of(contact.clock ?? REAL_CLOCK);
  const quietUntil = await quiet.until(host);
  if (quietUntil) return later('serverQuiet', new Date(quietUntil.getTime() + scattered(QUIET_OVER_MS, key)));
  if (outside) {
    const { allowed, reason } = await selfTest();
    if (!allowed) throw new Error(reason ?? 'Real mail may not be sent.');
  }
  const mail = renderReady(one, workspace);
  if (mail === null) {
    // Whoever is tried again by hand, however much later, is not late.
    const set = { state: 'deferred' as const, reason: 'messageTemplate', dueAt: null, refusedAt: null };
    await settle({ key, token, from: ['claimed'], set });
    return { kind: 'failed', code: 'messageTemplate' };
  }
  const turn = await turns.wait(one, endsAt);
  if (turn) return later('limit', turn, turn);
  const bare = { address, attempts: 1, claimedAt: new Date(), dueAt: null, refusedAt: null, turnAt: null };
  const claimed: Claim = { ...(held.get(key) ?? bare), ...(isHeldUp(one) && { refusedAt: null }) };
  const port = {
    gate: (asked: Parameters<Gate>[0]) => barring.gate(sender, asked),
    settle,
    endsAt,
    bounced: (response: string) => refusedAddress(deps, one, response),
    barred: (response: string) => barring.bar({ sender, response, except: key }),
    hushed: () => quiet.hush(host),
  };
  return deliver(port, { key, token, claim: claimed, mail, at, pool, ahead });
}

/** Whether it comes so much later than it was to be tried again that something else must have held it up. */
function isHeldUp({ letter: { run }, contact }: Ready): boolean {
  if (run === null || (contact.clock ?? REAL_CLOCK) !== REAL_CLOCK) return false;
  return Date.now() - run.dueAt.getTime() > LONGEST_BACKOFF_MS;
}

/** The server itself says that nobody has this address: the same as a mail that comes back. */
async function refusedAddress({ base, record }: SendDeps, { letter, contact, address }: Ready, response: string) {
  const { key, at, run } = letter;
  await forbidAddress(base.models, { contact: contact._id, address, reason: 'bounced', at, except: key });
  if (!run) return;
  const [status = ''] = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? [];
  const properties = { type: 'hard', status, journey: run.journey, step: run.step, delivery: key };
  await record({ id: `bounced:hard:${key}`, name: ownEvents.emailBounced, contact: contact._id, at, properties });
}

/** Waits for all, also when one fails: nobody may be mailed after the batch has been given up. */
async function allOrFirstFault(work: Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}
