import { type Clock, inReality } from '#shared/clock.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Event } from '#shared/event.ts';
import type { WaitNode } from '#shared/plan.ts';
import { awaitedEvents, findAwaited } from '../journeys/awaited.ts';
import { arrivedAt } from '../journeys/run.ts';
import { resolveMoment } from '../moment.ts';
import { shortHash } from '../journeys/run-key.ts';
import { decideAlone, type Undecidable } from '../steps/decide-alone.ts';
import type { BatchUnderWay, WalkDeps } from './batch.ts';
import type { Move } from './moves.ts';
import { park } from './park.ts';

/** A row joins a meeting point only while it is this far away in real time; nearer, its batch waits by itself. */
const NEAR_MS = 5_000;
/** How often a clock that stands still is looked at. */
const STANDING_MS = MINUTE_MS;

/**
 * Takes a batch of people to a wait. Who is registered already leaves, by the event if it has come, else by time-out;
 * who is past leaves at once; the others are registered first, and only then is it looked whether their event has come.
 */
export async function waitAt(deps: WalkDeps, batch: BatchUnderWay, node: WaitNode): Promise<Enrollment[]> {
  const [registered, early] = await dueAndEarly(deps, batch, node);
  const happened = await findAwaited(deps.base, batch.plan, registered, node);
  const leaving = registered.map((row) => {
    const edge = happened.has(row._id) ? (node.onEvent ?? node.onDue) : node.onDue;
    return leave(batch, node, row, { edge, by: happened.get(row._id) ?? null });
  });
  const arriving = await arrivals(
    deps,
    batch,
    node,
    batch.rows.filter((row) => !row.registered),
  );
  const decided = batch.moves.decide(batch.id, [...leaving, ...early, ...arriving]);
  // Registered first, and only then it is looked whether the event has come.
  if (decided.some((row) => waitsAt(batch, row))) await batch.moves.write();
  return lookAgain(deps, batch, node, batch.moves.kept(decided));
}

/** Those whose wait is over, and those it is too soon for, who are registered anew: their clock stood still when they came. */
async function dueAndEarly({ base }: WalkDeps, batch: BatchUnderWay, node: WaitNode): Promise<[Enrollment[], Move[]]> {
  const over: Enrollment[] = [];
  const early: Move[] = [];
  for (const row of batch.rows.filter(({ registered }) => registered)) {
    const clock = await base.clocks.get(row.clock);
    const ends = row.until && inReality(clock, row.until);
    if (row.until === null || (ends && ends.getTime() - batch.realAt.getTime() < NEAR_MS)) over.push(row);
    else early.push({ row, set: registration(batch, node, { row, at: batch.ownAt(row), until: row.until, clock }) });
  }
  return [over, early];
}

/** After the registration is written: whose event came in between goes on at once. Also serves a repeat of the batch. */
export async function lookAgain(
  deps: WalkDeps,
  batch: BatchUnderWay,
  node: WaitNode,
  rows: Enrollment[],
): Promise<Enrollment[]> {
  const waiting = rows.filter((row) => waitsAt(batch, row));
  if (waiting.length === 0) return rows;
  const happened = await findAwaited(deps.base, batch.plan, waiting, node);
  const edge = node.onEvent;
  const released = edge === null ? [] : waiting.filter(({ _id }) => happened.has(_id));
  if (edge === null || released.length === 0) return rows;
  const back = { group: batch.key, due: batch.realAt };
  // They leave now, not when their wait was to end.
  const moves = released.map((row) => {
    const by = happened.get(row._id) ?? null;
    const move = leave(batch, node, { ...row, due: batch.realAt }, { edge, by });
    return { ...move, row, set: move.path ? { ...move.set, ...back } : move.set };
  });
  const moved = batch.moves.decide(batch.id, moves);
  const ids = new Set(released.map(({ _id }) => _id));
  return [...rows.filter(({ _id }) => !ids.has(_id)), ...moved];
}

function waitsAt({ node }: BatchUnderWay, row: Enrollment): boolean {
  return row.registered && row.node === node && row.state === 'active';
}

type Way = { edge: string; by: Event | null | Undecidable };

function leave(batch: BatchUnderWay, node: WaitNode, row: Enrollment, { edge, by }: Way): Move {
  const now = batch.ownAt(row);
  if (by?.kind === 'failed') return park(row, now, by.code);
  // An event that came while its person was being registered is later than the batch.
  const at = by && by.at > now ? by.at : now;
  const target = node.edges[edge];
  if (target === undefined) return park(row, at, 'noWayOut');
  // Who passes by has not waited here: what they did since their last wait still counts for the next.
  const counting = row.registered ? { countsFrom: by?.receivedAt ?? new Date(), releasedBy: by?._id ?? null } : {};
  return { row, set: { ...arrivedAt(target, at), ...counting }, path: { node: batch.node, edge, at } };
}

async function arrivals(deps: WalkDeps, batch: BatchUnderWay, node: WaitNode, rows: Enrollment[]): Promise<Move[]> {
  const zone = await deps.workspaceZone();
  const coupons = node.until?.kind === 'couponDeadline' ? await deps.coupons.heldBy(batch.plan, rows) : null;
  const arrive = (row: Enrollment, clock: Clock): Move => {
    const at = batch.ownAt(row);
    const contactZone = batch.contacts.get(row.contact)?.timeZone ?? null;
    const couponDeadline = (step: string): Date | null => coupons?.get(row._id)?.[step]?.deadline ?? null;
    const until = node.until && resolveMoment(node.until, { at, contactZone, workspaceZone: zone, couponDeadline });
    if (until === null) return park(row, at, 'noDeadline');
    if (until <= at) return leave(batch, node, row, { edge: node.onPast, by: null });
    return { row, set: registration(batch, node, { row, at, until, clock }) };
  };
  return Promise.all(
    rows.map(async (row): Promise<Move> => {
      const clock = await deps.base.clocks.get(row.clock);
      const move = decideAlone(deps.base, row, () => arrive(row, clock));
      return 'row' in move ? move : park(row, batch.ownAt(row), move.code);
    }),
  );
}

type Arrival = { row: Enrollment; at: Date; until: Date; clock: Clock };

function registration(batch: BatchUnderWay, node: WaitNode, { row, at, until, clock }: Arrival): Partial<Enrollment> {
  const rounded = node.until?.kind === 'after' ? roundUp(until, until.getTime() - at.getTime()) : until;
  // A clock that stands still is looked at again: whoever waits by it goes on once it runs.
  const due = inReality(clock, rounded) ?? new Date(Math.ceil(Date.now() / STANDING_MS + 1) * STANDING_MS);
  const meeting = `${batch.plan._id}/${row.clock}/${due.toISOString()}`;
  const near = due.getTime() - Date.now() < NEAR_MS;
  return {
    until,
    due,
    awaits: awaitedEvents(node),
    registered: true,
    group: near || meeting === batch.key ? `${meeting}/${shortHash(batch.id)}` : meeting,
  };
}

/** People scattered within one of these meet again, so that cost grows with minutes and not with people. */
function roundUp(instant: Date, lengthMs: number): Date {
  const stepMs =
    lengthMs < 10 * MINUTE_MS
      ? SECOND_MS
      : lengthMs < DAY_MS
        ? MINUTE_MS
        : lengthMs < 7 * DAY_MS
          ? 5 * MINUTE_MS
          : 15 * MINUTE_MS;
  return new Date(Math.ceil(instant.getTime() / stepMs) * stepMs);
}
