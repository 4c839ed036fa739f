import { type Condition, isGroup, type LeafCondition } from '#shared/condition.ts';
import { summaryKey } from '#shared/contact.ts';
import { accepted, accepts, type Case, casesOf, type NumberRange, type TallyCondition } from '#shared/tally.ts';
import { type Box, both, bounded, everyone, filtered, never } from './box.ts';
import { compileProfile, consentFilter, stageFilter, tagFilter } from './trait-filter.ts';

/**
 * A condition at one instant as boxes of contacts: `sure` hold only who matches; whoever else matches is in
 * `unsure`, to be judged one by one. `apart`: no contact lies in two of the sure boxes.
 */
export type Compiled = { sure: Box[]; unsure: Box[]; apart: boolean };

/** Beyond this many boxes a condition is judged contact by contact. */
const MAX_BOXES = 100;

/** Compiles a condition at an instant of the clock its contacts live by. */
export function compileCondition(condition: Condition, now: Date): Compiled {
  const compiled = isGroup(condition) ? compileGroup(condition, now) : compileLeaf(condition, now);
  if (compiled.sure.length + compiled.unsure.length <= MAX_BOXES) return compiled;
  return { sure: [], unsure: [everyone], apart: true };
}

function compileGroup({ kind, of }: Extract<Condition, { kind: 'all' | 'any' }>, now: Date): Compiled {
  const parts = of.map((part) => compileCondition(part, now));
  if (kind === 'all') return parts.reduce(intersect, { sure: [everyone], unsure: [], apart: true });
  return {
    sure: parts.flatMap(({ sure }) => sure),
    unsure: parts.flatMap(({ unsure }) => unsure),
    apart: parts.filter(({ sure }) => sure.length > 0).length <= 1 && parts.every(({ apart }) => apart),
  };
}

function intersect(left: Compiled, right: Compiled): Compiled {
  return {
    sure: products(left.sure, right.sure),
    unsure: [...products(left.unsure, [...right.sure, ...right.unsure]), ...products(left.sure, right.unsure)],
    apart: left.apart && right.apart,
  };
}

function products(left: readonly Box[], right: readonly Box[]): Box[] {
  return left.flatMap((one) => right.flatMap((other) => both(one, other) ?? []));
}

function compileLeaf(leaf: LeafCondition, now: Date): Compiled {
  switch (leaf.kind) {
    case 'count':
    case 'sum':
      return compileTally(leaf, now);
    case 'profile':
      return compileProfile(leaf);
    case 'tag':
      return exactly(filtered(tagFilter(leaf)));
    case 'stage':
      return exactly(filtered(stageFilter(leaf)));
    case 'consent':
      return exactly(filtered(consentFilter(leaf)));
  }
}

function compileTally(leaf: TallyCondition, now: Date): Compiled {
  const key = summaryKey(leaf.event);
  const range = accepted(leaf);
  const cases = casesOf(leaf, now).map((each) => compileCase(leaf, key, range, each));
  return {
    sure: [...(accepts(range, 0) ? [never(key)] : []), ...cases.flatMap(({ sure }) => sure)],
    unsure: cases.flatMap(({ unsure }) => unsure),
    apart: true,
  };
}

/** The same reading of a case as `decideBySummary` gives one summary. */
function compileCase(
  leaf: TallyCondition,
  key: string,
  { from, to }: NumberRange,
  each: Case,
): Omit<Compiled, 'apart'> {
  const { first, last, knowledge } = each;
  const within = (bounds: object): Box[] => bounded(key, { first, last, ...bounds });
  if (knowledge.kind === 'none') return { sure: from <= 0 && to >= 0 ? within({}) : [], unsure: [] };
  const tally = leaf.kind === 'count' ? 'count' : 'minor';
  if (knowledge.kind === 'all') return { sure: within({ [tally]: { after: from - 1, upTo: to } }), unsure: [] };
  if (leaf.kind === 'sum') return { sure: [], unsure: within({}) };
  const { least, fewer } = knowledge;
  const sure = least >= from ? within({ count: { after: -Infinity, upTo: to + fewer } }) : [];
  const reached = Math.max(from + fewer - 1, least >= from ? to + fewer : -Infinity);
  return { sure, unsure: least <= to ? within({ count: { after: reached, upTo: Infinity } }) : [] };
}

function exactly(box: Box): Compiled {
  return { sure: [box], unsure: [], apart: true };
}
