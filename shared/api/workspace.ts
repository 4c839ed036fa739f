import { z } from 'zod';
import { SourceName } from '../event.ts';
import { StageRule } from '../stage.ts';
import { Instant, route } from './route.ts';

const User = z.object({ id: z.string(), email: z.string(), name: z.string() });
export type User = z.infer<typeof User>;
const Credentials = z.strictObject({ email: z.email(), password: z.string().min(10).max(200) });

const KeyRow = z.object({
  id: z.string(),
  kind: z.enum(['write', 'api']),
  name: z.string(),
  prefix: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type KeyRow = z.infer<typeof KeyRow>;

const SampleBody = z.object({
  state: z.enum(['absent', 'loading', 'ready', 'running', 'removing']),
  pace: z.enum(['fast', 'real']).nullable(),
  loaded: z.number().int(),
  total: z.number().int(),
  journey: z.string().nullable(),
  clockNow: Instant.nullable(),
});
export type SampleBody = z.infer<typeof SampleBody>;

const Settings = z.strictObject({
  company: z.string().max(200),
  timeZone: z.string().max(60),
  currency: z.string().regex(/^[A-Z]{3}$/),
  stageRules: z.array(StageRule).max(100),
});
export type Settings = z.infer<typeof Settings>;

/** Everything stands still: the database is from `dataFrom`, an earlier time than `ranUntil`, when this workspace last ran. */
const Hold = z.object({ dataFrom: Instant.nullable(), ranUntil: Instant, noticedAt: Instant });

const Status = z.object({
  version: z.string(),
  database: z.enum(['mongodb', 'stand-in']),
  mail: z.enum(['inbox', 'smtp']),
  temporal: z.object({ address: z.string(), reachable: z.boolean() }),
  sends: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
  contacts: z.number().int(),
  pendingEvents: z.number().int(),
  deadEvents: z.number().int(),
  hold: Hold.nullable(),
  /** Mails that may have arrived; somebody has to decide. */
  unknownDeliveries: z.number().int(),
  /** Senders that a mail server refused by policy: nothing is sent for them until somebody resumes them. */
  pausedSenders: z.array(z.object({ id: z.string(), name: z.string(), at: Instant, response: z.string() })),
});
export type Status = z.infer<typeof Status>;

export const workspaceRoutes = {
  getSession: route({
    method: 'get',
    path: '/session',
    summary: 'Who is signed in; whether an owner exists yet',
    access: 'public',
    response: z.object({ user: User.nullable(), hasOwner: z.boolean() }),
  }),
  createOwner: route({
    method: 'post',
    path: '/owner',
    summary: 'Create the owner by the token of the printed link, and sign in',
    access: 'public',
    body: Credentials.extend({ name: z.string().min(1).max(120), token: z.string().min(10) }),
    response: User,
  }),
  signIn: route({
    method: 'post',
    path: '/session',
    summary: 'Sign in',
    access: 'public',
    body: z.strictObject({ email: z.string().max(320), password: z.string().max(200) }),
    response: User,
  }),
  signOut: route({ method: 'delete', path: '/session', summary: 'Sign out' }),
  listKeys: route({
    method: 'get',
    path: '/keys',
    summary: 'Write keys and API keys',
    response: z.object({ rows: z.array(KeyRow) }),
  }),
  createKey: route({
    method: 'post',
    path: '/keys',
    summary: 'Create a key; its secret is shown this once',
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('write'), name: SourceName }),
      z.strictObject({ kind: z.literal('api'), name: z.string().min(1).max(120) }),
    ]),
    response: KeyRow.extend({ secret: z.string() }),
  }),
  revokeKey: route({ method: 'delete', path: '/keys/:id', summary: 'Revoke a key' }),
  getSettings: route({ method: 'get', path: '/settings', summary: 'Settings of the workspace', response: Settings }),
  saveSettings: route({
    method: 'put',
    path: '/settings',
    summary: 'Change the settings',
    body: Settings,
    response: Settings,
  }),
  getStatus: route({
    method: 'get',
    path: '/status',
    summary: 'Which servers this runs on, and how they are',
    response: Status,
  }),
  getHold: route({
    method: 'get',
    path: '/hold',
    summary: 'Whether everything stands still because the database was restored from a backup',
    response: z.object({ hold: Hold.nullable() }),
  }),
  releaseHold: route({
    method: 'delete',
    path: '/hold',
    summary: 'Continue after the database was restored: people move and mails go again',
  }),
  getSample: route({
    method: 'get',
    path: '/sample',
    summary: 'Whether the sample shop is loaded',
    response: SampleBody,
  }),
  loadSample: route({
    method: 'post',
    path: '/sample',
    summary: 'Load the sample shop',
    body: z.strictObject({ pace: z.enum(['fast', 'real']) }),
    response: SampleBody,
  }),
  removeSample: route({
    method: 'delete',
    path: '/sample',
    summary: 'Remove the sample shop and everything that came of it',
    response: SampleBody,
  }),
};
