import type { mongo } from 'mongoose';
import type { Span } from '#shared/tally.ts';

/** A filter on the contacts collection. */
export type ContactFilter = mongo.Filter<mongo.BSON.Document>;

/** Bounds on what a contact did of one event: never at all, or first, last, count and value within ranges. */
type Bounds = { never: true } | { never: false; first: Span; last: Span; count: Span; minor: Span };

/** Some contacts, by bounds per event and by filters on the rest; everything in it must hold. */
export type Box = { events: ReadonlyMap<string, Bounds>; others: readonly ContactFilter[] };

const anything: Span = { after: -Infinity, upTo: Infinity };

export const everyone: Box = { events: new Map(), others: [] };

/** Whoever a filter on the contacts collection finds. */
export function filtered(filter: ContactFilter): Box {
  return { events: new Map(), others: [filter] };
}

/** Whoever never had the event whose summary key is given. */
export function never(key: string): Box {
  return { events: new Map([[key, { never: true }]]), others: [] };
}

/** Whoever had the event within bounds; nothing when no one can lie in them. */
export function bounded(key: string, bounds: Partial<Record<'first' | 'last' | 'count' | 'minor', Span>>): Box[] {
  const full = { first: anything, last: anything, count: anything, minor: anything, ...bounds };
  if (!Object.values(full).every(holds)) return [];
  return [{ events: new Map([[key, { never: false, ...full }]]), others: [] }];
}

/** Whoever is in both; null when nobody can be. */
export function both(left: Box, right: Box): Box | null {
  const events = new Map(left.events);
  for (const [key, bounds] of right.events) {
    const own = events.get(key);
    const joined = own ? joinBounds(own, bounds) : bounds;
    if (!joined) return null;
    events.set(key, joined);
  }
  return { events, others: [...left.others, ...right.others] };
}

/** The box as a filter on contacts of one clock, equalities and plain ranges first so that indexes can serve it. */
export function filterOf(box: Box, clock: string): ContactFilter {
  const tests = [...box.events].flatMap(([key, bounds]) => boundsFilter(`summaries.${key}`, bounds));
  const parts = [...tests, ...box.others].filter((part) => Object.keys(part).length > 0);
  return parts.length === 0 ? { clock } : { $and: [{ clock }, ...parts] };
}

function joinBounds(left: Bounds, right: Bounds): Bounds | null {
  if (left.never || right.never) return left.never && right.never ? left : null;
  const first = narrow(left.first, right.first);
  const last = narrow(left.last, right.last);
  const count = narrow(left.count, right.count);
  const minor = narrow(left.minor, right.minor);
  // What came last did not come before what came first.
  if (![first, last, count, minor].every(holds) || first.after >= last.upTo) return null;
  return { never: false, first, last, count, minor };
}

function narrow(left: Span, right: Span): Span {
  return { after: Math.max(left.after, right.after), upTo: Math.min(left.upTo, right.upTo) };
}

function holds({ after, upTo }: Span): boolean {
  return after < upTo;
}

function boundsFilter(path: string, bounds: Bounds): ContactFilter[] {
  if (bounds.never) return [{ [`${path}.count`]: null }];
  const last = range(withoutImplied(bounds.last, { after: bounds.first.after, upTo: Infinity }), (ms) => new Date(ms));
  const first = range(withoutImplied(bounds.first, { after: -Infinity, upTo: bounds.last.upTo }), (ms) => new Date(ms));
  const count = range(withoutImplied(bounds.count, { after: 0, upTo: Infinity }), (times) => times);
  const minor = range(bounds.minor, (amount) => amount);
  // Every other test also says that the event happened at all.
  const atAll = last === null && first === null && count === null && minor === null ? { $gte: 1 } : count;
  return [
    { [`${path}.count`]: atAll },
    { [`${path}.last`]: last },
    { [`${path}.first`]: first },
    { [`${path}.minor`]: minor },
  ].filter((part) => Object.values(part)[0] !== null);
}

/** A range without the ends that hold anyway: fewer tests let an index answer alone. */
function withoutImplied({ after, upTo }: Span, implied: Span): Span {
  return { after: after <= implied.after ? -Infinity : after, upTo: upTo >= implied.upTo ? Infinity : upTo };
}

function range<T>({ after, upTo }: Span, as: (value: number) => T): object | T | null {
  // All bounds are whole numbers, so one may be left; an equality is what an index serves best.
  if (upTo - after === 1) return as(upTo);
  const bounds = {
    ...(Number.isFinite(after) && { $gt: as(after) }),
    ...(Number.isFinite(upTo) && { $lte: as(upTo) }),
  };
  return Object.keys(bounds).length === 0 ? null : bounds;
}
