import { z } from 'zod';
import { Drawing, JourneyState } from '../journey.ts';
import { Money } from '../money.ts';
import { Problem } from '../problem.ts';
import { JourneyReport } from '../report.ts';
import { Instant, Page, pageOf, route } from './route.ts';

const JourneyRow = z.object({
  id: z.string(),
  name: z.string(),
  state: JourneyState,
  sample: z.boolean(),
  updatedAt: Instant,
  publishedAt: Instant.nullable(),
  entered: z.number().int(),
  active: z.number().int(),
  completed: z.number().int(),
  conversions: z.number().int(),
  value: Money.nullable(),
  hasGoal: z.boolean(),
});
export type JourneyRow = z.infer<typeof JourneyRow>;

const JourneyBody = z.object({
  id: z.string(),
  name: z.string(),
  state: JourneyState,
  drawing: Drawing,
  revision: z.number().int(),
  version: z.number().int(),
  plan: z.string().nullable(),
  sample: z.boolean(),
  /** Whether the drawing differs from the published plan. */
  changed: z.boolean(),
  problems: z.array(Problem),
  publishedAt: Instant.nullable(),
});
export type JourneyBody = z.infer<typeof JourneyBody>;

const PublishedDrawing = z.object({ version: z.number().int(), publishedAt: Instant, drawing: Drawing });
export type PublishedDrawing = z.infer<typeof PublishedDrawing>;

/** Who a publication will reach, before it happens. `leftOut` counts people by reason. */
const Forecast = z.object({
  matching: z.number().int(),
  mailable: z.number().int(),
  leftOut: z.object({
    noConsent: z.number().int(),
    suppressed: z.number().int(),
    noAddress: z.number().int(),
    alreadyInside: z.number().int(),
  }),
  firstMessageAt: Instant.nullable(),
  insideOlderVersions: z.number().int(),
  problems: z.array(Problem),
  /** Why publication is refused besides problems: no sender for a real SMTP server. */
  refusals: z.array(z.enum(['senderMissing'])),
});
export type PublicationPreview = z.infer<typeof Forecast>;

/** A published version, and how many people are inside it now. */
const VersionRow = z.object({ version: z.number().int(), publishedAt: Instant, inside: z.number().int() });
export type VersionRow = z.infer<typeof VersionRow>;

const PersonRow = z.object({
  enrollment: z.string(),
  contact: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  node: z.string(),
  since: Instant,
  /** What happens next and when: a locale key under `next.`; null when the run has ended. */
  next: z.object({ key: z.string(), at: Instant.nullable() }).nullable(),
  reason: z.string().nullable(),
});
export type PersonRow = z.infer<typeof PersonRow>;

export const Figure = z.enum([
  'entered',
  'waiting',
  'passed',
  'failed',
  'exited',
  'completed',
  'sent',
  'opened',
  'clicked',
  'converted',
  'unsubscribed',
  'bounced',
  'complained',
  'unknown',
  'deferred',
  'skipped',
]);
export type Figure = z.infer<typeof Figure>;

const id = '/journeys/:id';
const State = z.object({ state: JourneyState, affected: z.number().int() });

export const journeyRoutes = {
  listJourneys: route({
    method: 'get',
    path: '/journeys',
    summary: 'List journeys with their figures',
    query: z.object({ archived: z.stringbool().default(false) }),
    response: z.object({ rows: z.array(JourneyRow) }),
  }),
  createJourney: route({
    method: 'post',
    path: '/journeys',
    summary: 'Create a journey, empty, from a template, or as a copy',
    body: z.strictObject({
      name: z.string().min(1).max(200),
      template: z.enum(['silent-buyers']).optional(),
      copyOf: z.string().optional(),
    }),
    response: JourneyBody,
  }),
  getJourney: route({
    method: 'get',
    path: id,
    summary: 'Read a journey with its drawing and problems',
    response: JourneyBody,
  }),
  saveJourney: route({
    method: 'put',
    path: `${id}/drawing`,
    summary: 'Save the drawing; `revision` is the one it started from (409 when another save came first)',
    body: z.strictObject({ revision: z.number().int(), drawing: Drawing }),
    response: JourneyBody,
  }),
  renameJourney: route({
    method: 'patch',
    path: id,
    summary: 'Rename a journey',
    body: z.strictObject({ name: z.string().min(1).max(200) }),
    response: JourneyBody,
  }),
  previewPublication: route({
    method: 'get',
    path: `${id}/publication`,
    summary: 'Who a publication would reach, and what forbids it',
    response: Forecast,
  }),
  publishJourney: route({
    method: 'post',
    path: `${id}/publication`,
    summary: 'Publish the drawing as the next plan',
    response: JourneyBody,
  }),
  listVersions: route({
    method: 'get',
    path: `${id}/plans`,
    summary: 'Published versions, the newest first, and how many people are inside each',
    response: z.object({ rows: z.array(VersionRow) }),
  }),
  publishedDrawing: route({
    method: 'get',
    path: `${id}/plans/:version/drawing`,
    summary: 'A published version as it was drawn, in the order and at the places it had then',
    response: PublishedDrawing,
  }),
  pauseJourney: route({
    method: 'post',
    path: `${id}/pause`,
    summary: 'Hold everyone where they are',
    response: State,
  }),
  resumeJourney: route({
    method: 'post',
    path: `${id}/resume`,
    summary: 'Go on, each step by its lateness rule',
    response: State,
  }),
  stopJourney: route({
    method: 'post',
    path: `${id}/stop`,
    summary: 'Exit everyone inside and take nobody in',
    response: State,
  }),
  archiveJourney: route({
    method: 'post',
    path: `${id}/archive`,
    summary: 'Put a stopped or draft journey away',
    response: State,
  }),
  reportJourney: route({
    method: 'get',
    path: `${id}/report`,
    summary: 'The journey in numbers, now',
    response: JourneyReport,
  }),
  listPeople: route({
    method: 'get',
    path: `${id}/people`,
    summary: 'The people behind a number',
    query: Page.extend({ figure: Figure, step: z.string().optional(), outcome: z.string().optional() }),
    response: pageOf(PersonRow),
  }),
  enterJourney: route({
    method: 'post',
    path: `${id}/enrollments`,
    summary: 'Enter a contact into a journey with API entry',
    body: z.strictObject({ contact: z.string() }),
    response: z.object({ entered: z.boolean(), enrollment: z.string().nullable() }),
  }),
  exitEnrollment: route({
    method: 'delete',
    path: '/enrollments/:id',
    summary: 'Take one person out of a journey',
    response: z.object({ exited: z.boolean() }),
  }),
  retryEnrollment: route({
    method: 'post',
    path: '/enrollments/:id/retry',
    summary: 'Try a parked person again at their step',
    response: z.object({ retried: z.boolean() }),
  }),
  skipEnrollment: route({
    method: 'post',
    path: '/enrollments/:id/skip',
    summary: 'Take a parked person past their step',
    body: z.strictObject({ outcome: z.string() }),
    response: z.object({ skipped: z.boolean() }),
  }),
};
