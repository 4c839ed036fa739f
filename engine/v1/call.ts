import { z } from 'zod';
import type { EventKind } from '#shared/event.ts';

/** Ids that are a caller's mistake, and would make one contact of everybody. */
const MISTAKEN_IDS = /^(null|undefined|nan|\[object object\])$/i;
const EARLIEST_MS = Date.UTC(1970, 0, 1);

const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value);
const asAbsent = (value: unknown) => {
  const text = asText(value);
  return typeof text === 'string' && (text.trim() === '' || MISTAKEN_IDS.test(text.trim())) ? null : text;
};

const Id = z.preprocess(asAbsent, z.string().max(500).nullish());
const RequiredId = z.preprocess(asText, z.string().trim().min(1).max(500));
const Fields = z.record(z.string(), z.unknown()).nullish();
const Text = z.preprocess(asText, z.string().max(500).nullish());

const Time = z
  .unknown()
  .transform((value, context): Date | null => {
    if (value === null) return null;
    const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : new Date(Number.NaN);
    if (time.getTime() >= EARLIEST_MS) return time;
    context.addIssue({ code: 'custom', message: 'must be an instant such as 2026-01-31T09:00:00Z' });
    return z.NEVER;
  })
  .optional();

const common = {
  messageId: z.preprocess(asAbsent, z.string().max(200).nullish()),
  userId: Id,
  anonymousId: Id,
  timestamp: Time,
  originalTimestamp: Time,
  sentAt: Time,
  context: Fields,
};

const calls = {
  track: z.object({ ...common, event: z.string().trim().min(1).max(200), properties: Fields }),
  identify: z.object({ ...common, traits: Fields }),
  page: z.object({ ...common, name: Text, category: Text, properties: Fields }),
  screen: z.object({ ...common, name: Text, category: Text, properties: Fields }),
  group: z.object({ ...common, groupId: RequiredId, traits: Fields }),
  alias: z.object({ ...common, previousId: RequiredId, userId: RequiredId }),
} satisfies Record<EventKind, z.ZodType>;

/** A call of Segment's HTTP tracking spec, of whatever kind, in one shape. */
export type SpecCall = z.output<z.ZodObject<typeof common>> & {
  event?: string;
  name?: string | null | undefined;
  category?: string | null | undefined;
  groupId?: string;
  previousId?: string;
  properties?: Record<string, unknown> | null | undefined;
  traits?: Record<string, unknown> | null | undefined;
};

/** Checks a call's fields. */
export function readCall(kind: EventKind, body: unknown): z.ZodSafeParseResult<SpecCall> {
  return z.safeParse<z.ZodType<SpecCall>>(calls[kind], body, { reportInput: true });
}
