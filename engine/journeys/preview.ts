import type { PublicationPreview } from '#shared/api/journeys.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Journey } from '#shared/journey.ts';
import type { Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import { type Audience, audienceOf } from './audience.ts';
import type { DrawingProblems } from './drawing-problems.ts';
import { firstMessageAt } from './first-message.ts';
import { senderMissing } from './publish.ts';

export type PreviewDeps = {
  base: Base;
  problemsOf: DrawingProblems;
  workspaceZone: () => Promise<string>;
};

/** Who a publication would reach, before it happens; null where there is no such journey. */
export function createPreview({ base, problemsOf, workspaceZone }: PreviewDeps) {
  const { models, clocks, config } = base;

  return async (id: string): Promise<PublicationPreview | null> => {
    const journey = await models.journeys.findById(id).lean<Journey>();
    if (!journey) return null;
    const { drawing } = journey;
    const { entry } = drawing;
    const segment = entry?.kind === 'segment' ? await models.segments.findById(entry.segment).lean<Segment>() : null;
    const reads = entry?.kind === 'segment' && entry.who !== 'joining' && segment !== null;
    const { clock, ...audience } = reads
      ? await audienceOf(base, journey, segment.condition)
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
