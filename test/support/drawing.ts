import { type Drawing, emptyDrawing, type Entry } from '#shared/journey.ts';
import { Step, type StepKind } from '#shared/steps/index.ts';
import { stepDefinitions } from '#shared/steps/index.ts';

const apiEntry: Entry = { kind: 'api', source: 'crm' };

/** A whole brief, so that a speaking step has nothing to complain of. */
export const brief = {
  target: { kind: 'share', percent: 10 },
  source: null,
  callToAction: {
    label: 'Shop now',
    link: 'https://shop.example/',
    until: null,
    proof: { event: 'Order Completed', where: [] },
  },
} as const;

/** What a test message says. */
export function says(subject: string, body = 'Hello {{ contact.firstName | default: "you" }}.') {
  return {
    channel: 'email',
    sender: null,
    content: { subject, preheader: '', format: 'markdown', body },
    lateness: { amount: 24, unit: 'hour' },
  };
}

/** A step of a kind with its defaults, its brief and stage filled in, and these settings on top. */
export function step(id: string, kind: StepKind, settings: object = {}): Step {
  return Step.parse({ id, kind, name: id, stage: 'ascend', brief, ...stepDefinitions[kind].defaults(), ...settings });
}

/** A drawing from its steps and from edges written `from.outcome -> to`; the first step is where people come in. */
export function draw(steps: Step[], edges: string[], settings: Partial<Drawing> = {}): Drawing {
  return {
    ...emptyDrawing,
    entry: apiEntry,
    start: steps[0]?.id ?? null,
    steps,
    edges: edges.map((edge) => {
      const [way = '', to = ''] = edge.split(' -> ');
      const [from = '', outcome = 'next'] = way.split('.');
      return { id: edge, from, outcome, to };
    }),
    ...settings,
  };
}
