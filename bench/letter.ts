import type { Edge } from '#shared/journey.ts';
import type { Message } from '#shared/message.ts';
import type { MessageStep } from '#shared/steps/message.ts';

/** A step that says nothing needs no brief and no stage. */
export const speechless = { stage: null, brief: { target: null, source: null, callToAction: null } } as const;

/** A call to action, as every step that speaks needs one. */
export const asking = {
  stage: 'ascend',
  brief: {
    target: { kind: 'share', percent: 10 },
    source: null,
    callToAction: {
      label: 'Have a look',
      link: 'https://shop.example/',
      until: null,
      proof: { event: 'Order Completed', where: [] },
    },
  },
} as const satisfies Pick<MessageStep, 'stage' | 'brief'>;

const paragraphs = [
  'you told us that you like {{ contact.favourite | default: "good things" }}, and since you live near {{ contact.city | default: "us" }} we thought of you first when this week began.',
  'The new collection is in the shops. It took eleven people a winter to choose it, and most of what they looked at was sent back again. What stayed is here: few things, made to be used for years, and repaired by us for as long as you keep them.',
  'You have **{{ contact.points | default: 0 }} points**. They are worth as many cents on whatever you choose, and they do not run out at the end of the month.',
  'If something does not suit you, send it back within sixty days. We pay for the way back, and nobody will ask you why.',
];

/** A mail of 5 KB on the wire, with five merge fields. */
export const letter: Message = {
  channel: 'email',
  sender: null,
  content: {
    subject: 'Good news, {{ contact.firstName }}',
    preheader: 'Only this week',
    format: 'markdown',
    body: [
      'Dear {{ contact.firstName | default: "friend" }} {{ contact.lastName }},',
      ...paragraphs,
      '[{{ cta.label }}]({{ cta.link }})',
      'See you soon',
    ].join('\n\n'),
  },
  lateness: { amount: 24, unit: 'hour' },
};

/** A step that sends the letter. */
export function letterStep(id: string): MessageStep {
  return { kind: 'message', id, name: id, ...asking, message: letter };
}

/** A line of a drawing. */
export function edge(from: string, to: string, outcome = 'next'): Edge {
  return { id: `${from}-${outcome}`, from, outcome, to };
}
