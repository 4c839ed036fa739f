import type { PublicationPreview } from '#shared/api/journeys.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import { compile } from '#shared/compile.ts';
import { DAY_MS } from '#shared/duration.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Drawing, Journey } from '#shared/journey.ts';
import type { Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import { suppressionId } from '../deliveries/suppression.ts';
import type { Person } from '../segments/matching.ts';
import type { Segments } from '../segments/segments.ts';
import { drawingContext } from './drawing-context.ts';
import type { DrawingProblems } from './drawing-problems.ts';
import { firstMessageAt } from './first-message.ts';
import { senderMissing } from './publish.ts';
import { slotOf } from './run.ts';

export type PreviewDeps = {
  base: Base;
  segments: Pick<Segments, 'matching'>;
  problemsOf: DrawingProblems;
  workspaceZone: () => Promise<string>;
};

type Audience = Pick<PublicationPreview, 'matching' | 'mailable' | 'leftOut'> & { clock: string };

/** Who a publication would reach and whom it leaves out, each by the first reason that holds; null where there is no such journey. */
export function createPreview({ base, segments, problemsOf, workspaceZone }: PreviewDeps) {
  const { models, clocks, config } = base;
  return async (id: string): Promise<PublicationPreview | null> => {
    const journey = await models.journeys.findById(id).lean<Journey>();
    if (!journey) return null;
    const { drawing, version } = journey;
    const [{ clock, ...audience }, problems, noSender, inside, context] = await Promise.all([
      audienceOf(base, segments, journey),
      problemsOf(drawing),
      senderMissing({ models, config }, drawing.steps),
      models.enrollments.countDocuments({ journey: id, state: 'active' }),
      drawingContext(models),
    ]);
    const compiled = compile({ id, version, drawing }, context);
    const at = await clocks.now(clock);
    const first =
      compiled.kind === 'plan' && audience.mailable > 0
        ? firstMessageAt(compiled.plan, { at, zone: await workspaceZone() })
        : null;
    return {
      ...audience,
      firstMessageAt: first?.toISOString() ?? null,
      insideOlderVersions: inside,
      problems,
      refusals: noSender ? ['senderMissing'] : [],
    };
  };
}

async function audienceOf(base: Base, segments: PreviewDeps['segments'], journey: Journey): Promise<Audience> {
  const leftOut = { noConsent: 0, suppressed: 0, noAddress: 0, alreadyInside: 0 };
  const audience: Audience = { matching: 0, mailable: 0, leftOut, clock: REAL_CLOCK };
  const segment = await entrySegment(base, journey.drawing);
  if (!segment) return audience;
  for await (const people of segments.matching(segment.condition)) {
    audience.clock = people[0]?.clock ?? audience.clock;
    audience.matching += people.length;
    const [inside, suppressed] = await Promise.all([insideOf(base, journey, people), suppressedOf(base, people)]);
    for (const { _id, email, consent } of people) {
      if (inside.has(_id)) leftOut.alreadyInside += 1;
      else if (!email) leftOut.noAddress += 1;
      else if (suppressed.has(suppressionId('email', email))) leftOut.suppressed += 1;
      else if (consent.email.state !== 'given') leftOut.noConsent += 1;
      else audience.mailable += 1;
    }
  }
  return audience;
}

/** The segment whose people enter at once; nobody does where only later joiners are taken. */
async function entrySegment({ models }: Base, { entry }: Drawing): Promise<Segment | null> {
  if (entry?.kind !== 'segment' || entry.who === 'joining') return null;
  return models.segments.findById(entry.segment).lean<Segment>();
}

/** Who has a run that bars another one, by the drawing's rule of coming in again. */
async function insideOf({ models, clocks }: Base, journey: Journey, people: readonly Person[]): Promise<Set<string>> {
  const { reentry } = journey.drawing;
  const slots = people.map(({ _id }) => slotOf({ journey: journey._id, contact: _id, key: '' }));
  const runs = await models.enrollments
    .find({ slot: { $in: slots } }, { contact: 1, clock: 1, endedAt: 1 })
    .lean<Pick<Enrollment, 'contact' | 'clock' | 'endedAt'>[]>();
  const inside = new Set<string>();
  for (const { contact, clock, endedAt } of runs) {
    const barredMs = reentry.kind === 'daysAfterEnd' ? reentry.days * DAY_MS : Number.POSITIVE_INFINITY;
    const freed = endedAt && (await clocks.now(clock)).getTime() - endedAt.getTime() >= barredMs;
    if (!freed) inside.add(contact);
  }
  return inside;
}

async function suppressedOf({ models }: Base, people: readonly Person[]): Promise<Set<string>> {
  const addresses = people.flatMap(({ email }) => (email ? [suppressionId('email', email)] : []));
  const found = await models.suppressions.find({ _id: { $in: addresses } }, { _id: 1 }).lean<{ _id: string }[]>();
  return new Set(found.map(({ _id }) => _id));
}
