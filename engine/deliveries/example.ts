import type { Contact } from '#shared/contact.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import { DAY_MS } from '#shared/duration.ts';
import type { Journey } from '#shared/journey.ts';
import { definitionOf } from '#shared/steps/index.ts';
import type { Letter } from './letter.ts';

const EXAMPLE_CODE = 'EXAMPLE-CODE';
const EXAMPLE_DAYS = 14;

/** What a message prints before anyone has it: made-up coupons for those its journey gives, and its call to action. */
export type Example = {
  journey: string;
  step: { id: string; name: string } | null;
  coupons: Letter['coupons'];
  ask: Letter['ask'];
};

/** An example of what a step of a draft will print. */
export function exampleOf(journey: Journey | null, stepId: string | undefined, at: Date): Example {
  const deadline = new Date(at.getTime() + EXAMPLE_DAYS * DAY_MS);
  const steps = journey?.drawing.steps ?? [];
  const step = steps.find(({ id }) => id === stepId);
  const issuing = steps.filter((one) => definitionOf(one).issuesCoupon);
  const coupons = Object.fromEntries(issuing.map(({ id }) => [id, { code: EXAMPLE_CODE, deadline }]));
  const action = step?.brief.callToAction;
  return {
    journey: journey?.name ?? '',
    step: step ? { id: step.id, name: step.name } : null,
    coupons: issuing.length > 0 ? coupons : { example: { code: EXAMPLE_CODE, deadline } },
    ask: action ? { label: action.label, link: action.link, proof: action.proof, until: deadline } : null,
  };
}

/** Whom a message is shown to where nobody was chosen. */
export function exampleContact(at: Date): Contact {
  return {
    _id: 'example',
    clock: REAL_CLOCK,
    mergedInto: null,
    email: 'ada@example.com',
    phone: null,
    userId: null,
    name: 'Ada Lovelace',
    search: [],
    profile: { firstName: 'Ada', lastName: 'Lovelace' },
    tags: [],
    companies: [],
    consent: { email: { state: 'given', at, source: 'example' } },
    firstSource: null,
    latestSource: null,
    stage: 'subscribe',
    stageDates: {},
    summaries: {},
    value: [],
    timeZone: null,
    revision: 0,
    createdAt: at,
    updatedAt: at,
  };
}
