import {
  type Icon,
  IconCoin,
  IconForms,
  IconMailCheck,
  IconMoodSilence,
  IconPointer,
  IconStairs,
  IconTag,
} from '@tabler/icons-react';
import type { LeafCondition } from '#shared/condition.ts';

/** What a marketer can say about a person; "silence" is a count of none within a time, worded as people say it. */
export type Phrase = LeafCondition['kind'] | 'silence';

export const phrases = {
  count: {
    icon: IconPointer,
    make: () => ({
      kind: 'count',
      event: 'Order Completed',
      where: [],
      comparison: 'atLeast',
      times: 1,
      within: null,
    }),
  },
  silence: {
    icon: IconMoodSilence,
    make: () => ({
      kind: 'count',
      event: 'Order Completed',
      where: [],
      comparison: 'exactly',
      times: 0,
      within: { amount: 30, unit: 'day' },
    }),
  },
  sum: {
    icon: IconCoin,
    make: () => ({
      kind: 'sum',
      event: 'Order Completed',
      where: [],
      comparison: 'moreThan',
      minor: 10_000,
      within: null,
    }),
  },
  profile: { icon: IconForms, make: () => ({ kind: 'profile', path: 'country', operator: 'equals', value: '' }) },
  tag: { icon: IconTag, make: () => ({ kind: 'tag', tag: '', has: true }) },
  stage: { icon: IconStairs, make: () => ({ kind: 'stage', comparison: 'is', stage: 'subscribe' }) },
  consent: { icon: IconMailCheck, make: () => ({ kind: 'consent', channel: 'email', given: true }) },
} satisfies Record<Phrase, { icon: Icon; make: () => LeafCondition }>;

export const phraseNames = [
  'count',
  'silence',
  'sum',
  'profile',
  'tag',
  'stage',
  'consent',
] as const satisfies readonly Phrase[];

/** How a condition reads best. */
export function phraseOf(leaf: LeafCondition): Phrase {
  if (leaf.kind !== 'count') return leaf.kind;
  return leaf.comparison === 'exactly' && leaf.times === 0 && leaf.within !== null ? 'silence' : 'count';
}
