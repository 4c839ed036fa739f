import { z } from 'zod';

/** One thing that happened to a person on the way: the node, the edge taken, when (own clock), and the batch that wrote it. */
export const PathEntry = z.object({ node: z.string(), edge: z.string(), at: z.date(), batch: z.string() });
export type PathEntry = z.infer<typeof PathEntry>;

/** How a run ended, or why it stands still. */
export const Ending = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('completed'), step: z.string() }),
  z.object({
    kind: z.literal('exited'),
    reason: z.enum(['unsubscribed', 'deleted', 'rule', 'goal', 'stopped', 'merged', 'manual']),
  }),
  z.object({ kind: z.literal('failed'), code: z.string() }),
]);
export type Ending = z.infer<typeof Ending>;

export const EnrollmentState = z.enum(['active', 'completed', 'exited', 'failed']);

/** The row of one run of one contact through a journey: the truth about where the person is. */
export const Enrollment = z.object({
  /** journey:contact:key:occasion */
  _id: z.string(),
  journey: z.string(),
  plan: z.string(),
  contact: z.string(),
  clock: z.string(),
  key: z.string(),
  occasion: z.string(),
  /** Unique. journey:contact:key while active and as long as re-entry is barred; then the run's own id. */
  slot: z.string(),
  state: EnrollmentState,
  node: z.string(),
  /** Came to `node` at, on the contact's clock. */
  since: z.date(),
  /** Real instant at which the group must move; null once ended. */
  due: z.date().nullable(),
  /** Exact end of the wait on the contact's clock; null where nothing is waited for. */
  until: z.date().nullable(),
  /** Event names awaited at this wait; empty otherwise. */
  awaits: z.array(z.string()),
  /** Whether the wait at `node` is registered. */
  registered: z.boolean(),
  group: z.string().nullable(),
  batch: z.string().nullable(),
  seq: z.number().int(),
  path: z.array(PathEntry),
  /** Events received (real time) from here on count for waits; it moves on whenever a wait is left. */
  countsFrom: z.date(),
  /** The same for goal and exits, which an event may reach late: it stays where it was on entry. */
  listensFrom: z.date(),
  /** The event that ended the last wait; it does not end the next one as well. */
  releasedBy: z.string().nullable(),
  enteredAt: z.date(),
  entryEvent: z.string().nullable(),
  endedAt: z.date().nullable(),
  ending: Ending.nullable(),
  goal: z.object({ at: z.date(), minor: z.number().int(), currency: z.string(), event: z.string() }).nullable(),
});
export type Enrollment = z.infer<typeof Enrollment>;

/** How many people took which edge out of a node at one moment; counted once by its deterministic id. */
export const Passage = z.object({
  _id: z.string(),
  journey: z.string(),
  plan: z.string(),
  node: z.string(),
  at: z.date(),
  edges: z.record(z.string(), z.number().int()),
});
export type Passage = z.infer<typeof Passage>;
