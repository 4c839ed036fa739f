import type { Drawing, Journey } from '#shared/journey.ts';
import type { Plan } from '#shared/plan.ts';
import { instant, type ModelDefinition, nested, text, truth, whole } from './model.ts';

export const journeyModel: ModelDefinition<Journey> = {
  collection: 'journeys',
  fields: {
    name: text,
    state: text,
    drawing: nested,
    revision: whole,
    plan: text,
    version: whole,
    createdAt: instant,
    updatedAt: instant,
    updatedBy: text,
    publishedAt: instant,
    sample: truth,
  },
  indexes: [[{ state: 1, updatedAt: -1 }]],
};

/** A plan as stored, with what is not part of its meaning: who published it, its audience's progress, its compiled messages by step. */
export type StoredPlan = Plan & {
  publishedAt: Date;
  publishedBy: string;
  /** Only takes in the sample shop's people. */
  sample: boolean;
  /** Compiled message per step: HTML and text, still with merge tags. */
  contents: Record<string, { html: string; text: string }>;
  /** What it was compiled from, as it was drawn. */
  drawing: Drawing;
  /** Segment entry: where reading the audience stands; null before the start, `done` after the end. */
  audience: { at: Date; cursor: string | null; done: boolean } | null;
};

export const planModel: ModelDefinition<StoredPlan> = {
  collection: 'plans',
  fields: {
    journey: text,
    version: whole,
    start: text,
    nodes: nested,
    steps: nested,
    sources: nested,
    entry: nested,
    reentry: nested,
    goal: nested,
    exits: nested,
    publishedAt: instant,
    publishedBy: text,
    sample: truth,
    contents: nested,
    drawing: nested,
    audience: nested,
  },
  indexes: [[{ journey: 1, version: -1 }], [{ 'audience.done': 1 }]],
};
