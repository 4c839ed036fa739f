import type { TimelineRow } from '#shared/api/contacts.ts';
import { onClock, REAL_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Event } from '#shared/event.ts';
import { stepOfNode } from '#shared/plan.ts';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { journeyNames } from './present.ts';

type Cursor = { at: string; id: string };
export type Timeline = { rows: TimelineRow[]; cursor: string | null; total: number };

const MOST_MESSAGES = 1_000;
const MOST_RUNS = 200;

/** What happened to a contact, newest first: events, messages and steps in one line. Events are read a page at a time. */
export async function timelineOf(
  { models, clocks }: Pick<Base, 'models' | 'clocks'>,
  contact: Contact,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Timeline> {
  const before = cursor === undefined ? null : cursorFrom(cursor);
  const [events, eventCount, messages, steps] = await Promise.all([
    eventsBefore(models, contact._id, before, limit + 1),
    nativeOf(models.events).countDocuments({ contact: contact._id }),
    messagesOf({ models, clocks }, contact),
    stepsOf(models, contact._id),
  ]);
  const others = [...messages, ...steps].filter((row) => !before || isBefore(row, before));
  const rows = [...events.map(eventRow), ...others].toSorted(newestFirst);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last ? cursorTo({ at: last.at, id: last.id }) : null;
  return { rows: page, cursor: next, total: eventCount + messages.length + steps.length };
}

async function eventsBefore(models: Models, contact: string, before: Cursor | null, limit: number): Promise<Event[]> {
  const at = before && new Date(before.at);
  return nativeOf(models.events)
    .find({ contact, ...(at && { at: { $lte: at }, $nor: [{ at, _id: { $gte: before.id } }] }) })
    .sort({ at: -1, _id: -1 })
    .limit(limit)
    .toArray();
}

function eventRow({ _id, at, name, properties, source, history }: Event): TimelineRow {
  return { kind: 'event', id: _id, at: at.toISOString(), name, properties, source, history };
}

async function messagesOf(
  { models, clocks }: Pick<Base, 'models' | 'clocks'>,
  contact: Contact,
): Promise<TimelineRow[]> {
  const deliveries = await nativeOf(models.deliveries)
    .find({ contact: contact._id })
    .project<Delivery>({ ask: 0, response: 0 })
    .sort({ sentAt: -1 })
    .limit(MOST_MESSAGES)
    .toArray();
  const clock = await clocks.get(contact.clock ?? REAL_CLOCK);
  const [journeys, steps] = await Promise.all([
    journeyNames(
      models,
      deliveries.flatMap(({ journey }) => journey ?? []),
    ),
    stepNames(
      models,
      deliveries.flatMap(({ plan }) => plan ?? []),
    ),
  ]);
  return deliveries.map(({ _id, sentAt, claimedAt, journey, plan, step, state, reason }) => ({
    kind: 'message',
    id: _id,
    at: (sentAt ?? onClock(clock, claimedAt)).toISOString(),
    journey,
    step,
    state,
    reason,

    journeyName: journeys.get(journey ?? '') ?? '',
    stepName: steps.get(`${plan}:${step}`) ?? '',
  }));
}

async function stepsOf(models: Models, contact: string): Promise<TimelineRow[]> {
  const runs = await nativeOf(models.enrollments)
    .find({ contact })
    .project<Pick<Enrollment, '_id' | 'journey' | 'plan' | 'path'>>({ journey: 1, plan: 1, path: 1 })
    .limit(MOST_RUNS)
    .toArray();
  const [journeys, steps] = await Promise.all([
    journeyNames(
      models,
      runs.map(({ journey }) => journey),
    ),
    stepNames(
      models,
      runs.map(({ plan }) => plan),
    ),
  ]);
  return runs.flatMap(({ _id, journey, plan, path }) =>
    path.map(({ node, edge, at }, index) => ({
      kind: 'step' as const,
      // Padded, so that steps of one instant stay in the order they were taken.
      id: `${_id}#${String(index).padStart(5, '0')}`,
      at: at.toISOString(),
      journey,
      node,
      edge,

      journeyName: journeys.get(journey) ?? '',
      stepName: steps.get(`${plan}:${stepOfNode(node)}`) ?? '',
    })),
  );
}

/** Step names by plan:step. */
export async function stepNames(
  { plans }: Pick<Models, 'plans'>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await nativeOf(plans)
    .find({ _id: { $in: [...new Set(ids)] } })
    .project<{ _id: string; steps: Record<string, { name: string }> }>({ steps: 1 })
    .toArray();
  return new Map(
    found.flatMap(({ _id, steps }) =>
      Object.entries(steps).map(([step, { name }]) => [`${_id}:${step}`, name] as const),
    ),
  );
}

function newestFirst(one: TimelineRow, other: TimelineRow): number {
  return isBefore(one, other) ? 1 : -1;
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return one.at < other.at || (one.at === other.at && one.id < other.id);
}

function cursorTo({ at, id }: Cursor): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/** A cursor that nobody was given reads as the beginning. */
function cursorFrom(text: string): Cursor | null {
  const [at = '', ...id] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  return Number.isNaN(Date.parse(at)) ? null : { at, id: id.join(' ') };
}
