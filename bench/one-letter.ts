import type { Drawing } from '#shared/journey.ts';
import { edge, letterStep, speechless } from './letter.ts';

/** Everyone of a segment gets one letter. */
export function oneLetter(segment: string): Drawing {
  return letterTo({ kind: 'segment', source: 'Crowd', segment, who: 'matching' });
}

/** Whoever does this gets one letter. */
export function letterOn(event: string): Drawing {
  return letterTo({ kind: 'event', source: 'Shop', match: { event, where: [] }, condition: null, key: null });
}

function letterTo(entry: Drawing['entry']): Drawing {
  return {
    entry,
    reentry: { kind: 'once' },
    goal: null,
    exits: [],
    start: 'letter',
    steps: [letterStep('letter'), { kind: 'exit', id: 'end', name: 'Done', ...speechless }],
    edges: [edge('letter', 'end')],
    layout: {},
  };
}
