import { nanoid } from 'nanoid';
import { isDeepStrictEqual } from 'node:util';
import type { Drawing, Journey } from '#shared/journey.ts';
import type { Segment } from '#shared/segment.ts';
import { silentBuyers, silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import type { Models } from '../models/index.ts';

/** What a new journey begins with. */
export type Beginning = { name: string; drawing: Drawing; actor: string; sample: boolean };

/** Stores a new journey as a draft. */
export async function createJourney(
  { journeys }: Pick<Models, 'journeys'>,
  { name, drawing, actor, sample }: Beginning,
): Promise<Journey> {
  const now = new Date();
  const journey: Journey = {
    _id: nanoid(12),
    name,
    state: 'draft',
    drawing,
    revision: 1,
    plan: null,
    version: 0,
    createdAt: now,
    updatedAt: now,
    updatedBy: actor,
    publishedAt: null,
    sample,
  };
  await journeys.create(journey);
  return journey;
}

/** The drawings that ship with the product, by name; each makes what it refers to. */
export const templates = {
  'silent-buyers': async (models: Pick<Models, 'segments'>): Promise<Drawing> =>
    silentBuyers(await segmentFor(models, silentBuyersSegment)),
};

/** The segment of this name and condition, made where there is none. */
async function segmentFor(
  { segments }: Pick<Models, 'segments'>,
  { name, condition }: Pick<Segment, 'name' | 'condition'>,
): Promise<string> {
  const namesakes = await segments.find({ name }).lean<Segment[]>();
  const same = namesakes.find((segment) => isDeepStrictEqual(segment.condition, condition));
  if (same) return same._id;
  const now = new Date();
  const segment: Segment = { _id: nanoid(12), name, condition, createdAt: now, updatedAt: now, sample: false };
  await segments.create(segment);
  return segment._id;
}
