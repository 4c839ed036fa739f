import { z } from 'zod';
import { Condition } from '../condition.ts';
import { Stage } from '../stage.ts';
import { Instant, Page, pageOf, route } from './route.ts';

const ContactRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  stage: Stage,
  tags: z.array(z.string()),
  consent: z.enum(['given', 'withdrawn', 'unknown']),
  source: z.string().nullable(),
  createdAt: Instant,
  sample: z.boolean(),
});
export type ContactRow = z.infer<typeof ContactRow>;

const SourceBody = z.object({ name: z.string(), at: Instant, detail: z.record(z.string(), z.string()) });
const ContactBody = ContactRow.extend({
  userId: z.string().nullable(),
  profile: z.record(z.string(), z.unknown()),
  identities: z.array(z.object({ kind: z.string(), value: z.string() })),
  suppressed: z.string().nullable(),
  consentAt: Instant.nullable(),
  consentSource: z.string(),
  stageDates: z.array(z.object({ stage: Stage, at: Instant })),
  firstSource: SourceBody.nullable(),
  latestSource: SourceBody.nullable(),
  timeZone: z.string().nullable(),
  value: z.array(z.object({ minor: z.number().int(), currency: z.string() })),
  clockNow: Instant,
  journeys: z.array(
    z.object({
      enrollment: z.string(),
      journey: z.string(),
      name: z.string(),
      state: z.string(),
      node: z.string(),
      enteredAt: Instant,
      endedAt: Instant.nullable(),
      ending: z.string().nullable(),
    }),
  ),
});
export type ContactBody = z.infer<typeof ContactBody>;

/** One line of a contact's timeline. `at` is on the contact's clock. */
const TimelineRow = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    id: z.string(),
    at: Instant,
    name: z.string(),
    properties: z.record(z.string(), z.unknown()),
    source: z.string(),
    history: z.boolean(),
  }),
  z.object({
    kind: z.literal('message'),
    id: z.string(),
    at: Instant,
    journey: z.string().nullable(),
    journeyName: z.string(),
    step: z.string().nullable(),
    stepName: z.string(),
    state: z.string(),
    reason: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('step'),
    id: z.string(),
    at: Instant,
    journey: z.string(),
    journeyName: z.string(),
    node: z.string(),
    stepName: z.string(),
    edge: z.string(),
  }),
]);
export type TimelineRow = z.infer<typeof TimelineRow>;

const ContactEdit = z.strictObject({
  email: z.email().nullable().optional(),
  phone: z.string().max(40).nullable().optional(),
  profile: z
    .record(z.string().max(100), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]))
    .optional(),
  tags: z.array(z.string().min(1).max(100)).max(200).optional(),
  consent: z.enum(['given', 'withdrawn']).optional(),
});

const SegmentBody = z.strictObject({ name: z.string().min(1).max(200), condition: Condition });
const SegmentRow = z.object({
  id: z.string(),
  name: z.string(),
  condition: Condition,
  sample: z.boolean(),
  updatedAt: Instant,
  usedBy: z.array(z.string()),
});
export type SegmentRow = z.infer<typeof SegmentRow>;

const CountQuery = z.strictObject({
  condition: Condition,
  asOf: z.iso.datetime({ offset: true }).optional(),
  clock: z.enum(['real', 'sample']).optional(),
});
const CountBody = z.object({ count: z.number().int(), sample: z.array(ContactRow), asOf: Instant });
export type CountBody = z.infer<typeof CountBody>;

export const contactRoutes = {
  listContacts: route({
    method: 'get',
    path: '/contacts',
    summary: 'Search and page contacts (prefix of name, e-mail, phone or user id)',
    query: Page.extend({
      search: z.string().max(200).optional(),
      tag: z.string().max(200).optional(),
      stage: Stage.optional(),
      segment: z.string().optional(),
    }),
    response: pageOf(ContactRow),
  }),
  createContact: route({
    method: 'post',
    path: '/contacts',
    summary: 'Add a contact by hand',
    body: ContactEdit,
    response: ContactRow,
  }),
  getContact: route({
    method: 'get',
    path: '/contacts/:id',
    summary: 'One contact: profile, consent, stage, journeys',
    response: ContactBody,
  }),
  updateContact: route({
    method: 'patch',
    path: '/contacts/:id',
    summary: 'Change a contact',
    body: ContactEdit,
    response: ContactBody,
  }),
  deleteContact: route({
    method: 'delete',
    path: '/contacts/:id',
    summary: 'Delete a contact with everything known of them; nothing is sent to them any more',
  }),
  contactTimeline: route({
    method: 'get',
    path: '/contacts/:id/timeline',
    summary: 'Events, messages and steps, newest first',
    query: Page,
    response: pageOf(TimelineRow),
  }),
  listTags: route({
    method: 'get',
    path: '/tags',
    summary: 'Tags in use',
    response: z.object({ rows: z.array(z.string()) }),
  }),
  listEventNames: route({
    method: 'get',
    path: '/event-names',
    summary: 'Names of events seen so far, and of those the product records',
    response: z.object({ rows: z.array(z.string()) }),
  }),
  listSegments: route({
    method: 'get',
    path: '/segments',
    summary: 'List segments',
    response: z.object({ rows: z.array(SegmentRow) }),
  }),
  getSegment: route({ method: 'get', path: '/segments/:id', summary: 'One segment', response: SegmentRow }),
  createSegment: route({
    method: 'post',
    path: '/segments',
    summary: 'Create a segment',
    body: SegmentBody,
    response: SegmentRow,
  }),
  updateSegment: route({
    method: 'put',
    path: '/segments/:id',
    summary: 'Change a segment',
    body: SegmentBody,
    response: SegmentRow,
  }),
  deleteSegment: route({
    method: 'delete',
    path: '/segments/:id',
    summary: 'Delete a segment no running journey uses',
  }),
  countSegment: route({
    method: 'post',
    path: '/segment-counts',
    summary: 'Count and sample who matches a condition, now or at an instant',
    body: CountQuery,
    response: CountBody,
  }),
};
