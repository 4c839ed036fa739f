import { z } from 'zod';
import { SourceName } from '../event.ts';
import { Instant, Page, pageOf, route } from './route.ts';

const Template = z.string().max(500);

/** How a CSV's columns become contacts or events. Values are column names in Liquid, for example `{{ email }}`. */
export const ImportMapping = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('contacts'),
    email: Template,
    phone: Template,
    userId: Template,
    /** Traits by name. */
    profile: z.record(z.string().max(100), Template),
    tags: z.array(z.string().max(100)),
  }),
  z.strictObject({
    kind: z.literal('events'),
    event: Template,
    email: Template,
    phone: Template,
    userId: Template,
    /** The event's own time. */
    at: Template,
    /** Empty: file hash and line identify the event. */
    id: Template,
    value: Template,
    currency: z.string().regex(/^[A-Z]{3}$/),
    properties: z.record(z.string().max(100), Template),
  }),
]);
export type ImportMapping = z.infer<typeof ImportMapping>;

/** Whether these people agreed to be mailed: all, none, or whoever has a truthy value in a column. */
export const ImportConsent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('column'), column: z.string().max(200) }),
]);
export type ImportConsent = z.infer<typeof ImportConsent>;

const Upload = z.object({
  id: z.string(),
  fileName: z.string(),
  bytes: z.number().int(),
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(z.string()),
  sample: z.array(z.record(z.string(), z.string())),
});
export type Upload = z.infer<typeof Upload>;

const ImportPlan = z.strictObject({
  upload: z.string(),
  mapping: ImportMapping,
  consent: ImportConsent,
  source: SourceName,
});
export type ImportPlan = z.infer<typeof ImportPlan>;

const RowError = z.object({ line: z.number().int(), reason: z.string() });

const DryRun = z.object({
  rows: z.number().int(),
  /** Whether the whole file was looked at; otherwise only its first rows. */
  whole: z.boolean(),
  good: z.number().int(),
  bad: z.number().int(),
  newContacts: z.number().int(),
  knownContacts: z.number().int(),
  errors: z.array(RowError),
  preview: z.array(z.record(z.string(), z.unknown())),
});
export type DryRun = z.infer<typeof DryRun>;

const ImportBody = z.object({
  id: z.string(),
  fileName: z.string(),
  kind: z.enum(['contacts', 'events']),
  state: z.enum(['running', 'done', 'failed']),
  source: z.string(),
  rows: z.number().int(),
  totalBytes: z.number().int(),
  readBytes: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  bad: z.number().int(),
  errors: z.array(RowError),
  reason: z.string().nullable(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
});
export type ImportBody = z.infer<typeof ImportBody>;

export const importRoutes = {
  uploadFile: route({
    method: 'post',
    path: '/uploads',
    summary: 'Upload a CSV (the raw body; its name in the query)',
    query: z.object({ fileName: z.string().min(1).max(200) }),
    response: Upload,
  }),
  dryRunImport: route({
    method: 'post',
    path: '/import-dry-runs',
    summary: 'What an import would do, changing nothing',
    body: ImportPlan,
    response: DryRun,
  }),
  startImport: route({
    method: 'post',
    path: '/imports',
    summary: 'Start an import',
    body: ImportPlan,
    response: ImportBody,
  }),
  listImports: route({
    method: 'get',
    path: '/imports',
    summary: 'Imports, newest first',
    query: Page,
    response: pageOf(ImportBody),
  }),
  getImport: route({
    method: 'get',
    path: '/imports/:id',
    summary: 'An import with its progress',
    response: ImportBody,
  }),
  importErrors: route({
    method: 'get',
    path: '/imports/:id/errors.csv',
    summary: 'The bad rows, with line number and reason, as CSV',
  }),
};
