import type { LeafCondition, ValueCondition } from '#shared/condition.ts';
import { isOwnTrait } from '#shared/evaluate.ts';
import { stageRank, stages } from '#shared/stage.ts';
import { formsOf, patternOf } from '#shared/value-condition.ts';
import { type ContactFilter, everyone, filtered } from './box.ts';
import type { Compiled } from './compile-condition.ts';

type LeafOf<Kind extends LeafCondition['kind']> = Extract<LeafCondition, { kind: Kind }>;

/** Contacts with a tag, or without it. */
export function tagFilter({ tag, has }: LeafOf<'tag'>): ContactFilter {
  return has ? { tags: tag } : { tags: { $ne: tag } };
}

/** Contacts who agreed to be written to by a channel, or did not. */
export function consentFilter({ channel, given }: LeafOf<'consent'>): ContactFilter {
  return { [`consent.${channel}.state`]: given ? 'given' : { $ne: 'given' } };
}

/** Contacts at, from, or before a stage of the customer value journey. */
export function stageFilter({ comparison, stage }: LeafOf<'stage'>): ContactFilter {
  if (comparison === 'is') return { stage };
  const rank = stageRank(stage);
  return { stage: { $in: comparison === 'atLeast' ? stages.slice(rank) : stages.slice(0, rank) } };
}

/** Whether only `matchesValue` can tell: the database compares numbers kept as text otherwise, and knows no such paths. */
export function isOpaque(leaf: LeafCondition): boolean {
  if (leaf.kind !== 'profile' || (leaf.value === undefined && !['exists', 'missing'].includes(leaf.operator)))
    return false;
  return isOddPath(leaf.path) || leaf.operator === 'greaterThan' || leaf.operator === 'lessThan';
}

function isOddPath(path: string): boolean {
  return /(^|\.)(\$|\.|$|\d+(\.|$))/.test(path);
}

/** Tests of a trait; those that the database would answer otherwise than `matchesValue` are left unsure. */
export function compileProfile(leaf: ValueCondition): Compiled {
  const path = isOwnTrait(leaf.path) ? leaf.path : `profile.${leaf.path}`;
  if (isOddPath(leaf.path)) return { sure: [], unsure: [everyone], apart: true };
  const sure = (filter: ContactFilter): Compiled => ({ sure: [filtered(filter)], unsure: [], apart: true });
  const { operator, value } = leaf;
  if (operator === 'exists') return sure({ [path]: { $exists: true, $ne: null } });
  if (operator === 'missing') return sure({ [path]: null });
  if (value === undefined) return { sure: [], unsure: [], apart: true };
  switch (operator) {
    case 'equals':
      return sure({ [path]: { $in: formsOf(value) } });
    case 'notEquals':
      return sure({ [path]: { $nin: formsOf(value) } });
    case 'contains':
    case 'startsWith':
      return sure({ [path]: { $regex: patternOf(operator, String(value)), $options: 'i' } });
    case 'greaterThan':
    case 'lessThan':
      return { sure: [], unsure: [filtered({ [path]: { $exists: true } })], apart: true };
  }
}
