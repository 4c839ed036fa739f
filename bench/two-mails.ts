import type { Drawing } from '#shared/journey.ts';
import type { Step } from '#shared/steps/index.ts';
import { asking, edge, speechless } from './letter.ts';

/** Everyone of a segment gets a mail, waits, gets another, and leaves. */
export function twoMails({ segment, waitSeconds }: { segment: string; waitSeconds: number }): Drawing {
  return {
    entry: { kind: 'segment', source: 'Crowd', segment, who: 'matching' },
    reentry: { kind: 'once' },
    goal: null,
    exits: [],
    start: 'first',
    steps: [
      mail('first', 'Good news, {{ contact.firstName }}'),
      {
        kind: 'wait',
        id: 'pause',
        name: 'A while',
        ...speechless,
        until: { kind: 'after', duration: { amount: waitSeconds, unit: 'second' } },
      },
      mail('second', 'Still good news, {{ contact.firstName }}'),
      { kind: 'exit', id: 'end', name: 'Done', ...speechless },
    ],
    edges: [edge('first', 'pause'), edge('pause', 'second'), edge('second', 'end')],
    layout: {},
  };
}

function mail(id: string, subject: string): Step {
  return {
    kind: 'message',
    id,
    name: id,
    ...asking,
    message: {
      channel: 'email',
      sender: null,
      content: {
        subject,
        preheader: 'Only this week',
        format: 'markdown',
        body: 'Hello {{ contact.firstName | default: "there" }},\n\nwe have something **new** for you.',
      },
      lateness: { amount: 24, unit: 'hour' },
    },
  };
}
