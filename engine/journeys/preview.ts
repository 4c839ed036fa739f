import type { PublicationPreview } from '#shared/api/journeys.ts';
import { REAL_CLOCK, SAMPLE_CLOCK } from '#shared/clock.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import type { Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';
import type { Suppression } from '../models/delivery.ts';
import type { Person } from '../segments/matching.ts';
import type { Segments } from '../segments/segments.ts';
import type { DrawingProblems } from './drawing-problems.ts';
import { firstMessageAt } from './first-message.ts';
import { senderMissing } from './publish.ts';

export type PreviewDeps = {
  base: Base;
  segments: Segments;
  problemsOf: DrawingProblems;
  workspaceZone: () => Promise<string>;
};
type Audience = Pick<PublicationPreview, 'matching' | 'mailable' | 'leftOut'>;

/** Who a publication would reach, before it happens; null where there is no such journey. */
export function createPreview({ base, segments, problemsOf, workspaceZone }: PreviewDeps) {
  const { models, clocks, config } = base;

  return async (id: string): Promise<PublicationPreview | null> => {
    const journey = await models.journeys.findById(id).lean<Journey>();
    if (!journey) return null;
    const { drawing } = journey;
    const { entry } = drawing;
    const segment = entry?.kind === 'segment' ? await models.segments.findById(entry.segment).lean<Segment>() : null;
    const reads = entry?.kind === 'segment' && entry.who !== 'joining' && segment !== null;
    const { clock, ...audience } = reads
      ? await audienceOf({ models, segments }, journey, segment)
      : { ...nobody, clock: REAL_CLOCK };
    const at = await clocks.now(clock);
    return {
      ...audience,
      firstMessageAt: reads ? (firstMessageAt(drawing, at, await workspaceZone())?.toISOString() ?? null) : null,
      insideOlderVersions: await models.enrollments.countDocuments({ journey: id, state: 'active' }),
      problems: await problemsOf(drawing),
      refusals: !journey.sample && (await senderMissing({ models, config }, drawing.steps)) ? ['senderMissing'] : [],
    };
  };
}

const nobody: Audience = {
  matching: 0,
  mailable: 0,
  leftOut: { noConsent: 0, suppressed: 0, noAddress: 0, alreadyInside: 0 },
};

/** Everyone who matches now, each under the first reason that keeps them from being mailed; and the clock most of them live by. */
async function audienceOf(
  { models, segments }: { models: Models; segments: Segments },
  { _id, sample }: Journey,
  { condition }: Segment,
): Promise<Audience & { clock: string }> {
  const audience: Audience = { ...nobody, leftOut: { ...nobody.leftOut } };
  const byClock = new Map<string, number>();
  for await (const page of segments.matching(condition, sample ? { clock: SAMPLE_CLOCK } : {})) {
    const [inside, suppressed] = await Promise.all([insideOf(models, _id, page), suppressedOf(models, page)]);
    for (const person of page) {
      audience.matching += 1;
      byClock.set(person.clock, (byClock.get(person.clock) ?? 0) + 1);
      const reason = reasonFor(person, inside, suppressed);
      if (reason === null) audience.mailable += 1;
      else audience.leftOut[reason] += 1;
    }
  }
  const [clock = REAL_CLOCK] = [...byClock].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return { ...audience, clock };
}

function reasonFor(person: Person, inside: Set<string>, suppressed: Set<string>): keyof Audience['leftOut'] | null {
  if (inside.has(person._id)) return 'alreadyInside';
  if (!person.email) return 'noAddress';
  if (suppressed.has(`email:${person.email.toLowerCase()}`)) return 'suppressed';
  return person.consent.email.state === 'given' ? null : 'noConsent';
}

/** Those whose slot is taken: inside now, or barred by the re-entry rule. */
async function insideOf({ enrollments }: Models, journey: string, page: Person[]): Promise<Set<string>> {
  const slots = page.map(({ _id }) => `${journey}:${_id}:`);
  const rows = await enrollments.find({ slot: { $in: slots } }, { contact: 1 }).lean<Pick<Enrollment, 'contact'>[]>();
  return new Set(rows.map(({ contact }) => contact));
}

async function suppressedOf({ suppressions }: Models, page: Person[]): Promise<Set<string>> {
  const keys = page.flatMap(({ email }) => (email ? [`email:${email.toLowerCase()}`] : []));
  const rows = await suppressions.find({ _id: { $in: keys } }, { _id: 1 }).lean<Pick<Suppression, '_id'>[]>();
  return new Set(rows.map(({ _id }) => _id));
}
