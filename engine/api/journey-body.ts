import { isDeepStrictEqual } from 'node:util';
import { compile } from '#shared/compile.ts';
import type { JourneyBody, JourneyRow } from '#shared/api/journeys.ts';
import type { Journey } from '#shared/journey.ts';
import type { Plan } from '#shared/plan.ts';
import { drawingContext } from '../journeys/drawing-context.ts';
import type { DrawingProblems } from '../journeys/drawing-problems.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Reports } from '../report/reports.ts';

/** A journey as the editor reads it: its drawing, what is wrong with it, and whether it differs from what runs. */
export async function journeyBody(
  { models, problemsOf }: { models: Models; problemsOf: DrawingProblems },
  journey: Journey,
): Promise<JourneyBody> {
  const { _id, name, state, drawing, revision, version, plan, sample, publishedAt } = journey;
  const [problems, changed] = await Promise.all([problemsOf(drawing), isChanged(models, journey)]);
  return {
    id: _id,
    name,
    state,
    drawing,
    revision,
    version,
    plan,
    sample,
    changed,
    problems,
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}

/** A journey as a line of the campaign list. */
export async function journeyRow(
  reports: Reports,
  { _id, name, state, sample, updatedAt, publishedAt, plan, drawing }: Journey,
): Promise<JourneyRow> {
  const { active, completed, exited, failed, goals } = plan === null ? nothing : await reports.summary(_id);
  return {
    id: _id,
    name,
    state,
    sample,
    updatedAt: updatedAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
    entered: active + completed + exited + failed,
    active,
    completed,
    conversions: goals.reached,
    value: goals.currency === null ? null : { minor: goals.valueMinor, currency: goals.currency },
    hasGoal: drawing.goal !== null,
  };
}

const nothing = {
  active: 0,
  completed: 0,
  exited: 0,
  failed: 0,
  goals: { reached: 0, valueMinor: 0, currency: null },
} as const;

/** Whether publishing now would make another plan than the one that newcomers take. Where a step stands does not matter. */
async function isChanged(models: Models, { _id, version, drawing, plan }: Journey): Promise<boolean> {
  if (plan === null) return false;
  const [published, context] = await Promise.all([
    models.plans.findById(plan, { contents: 0, drawing: 0 }).lean<StoredPlan>(),
    drawingContext(models),
  ]);
  const compiled = compile({ id: _id, version, drawing }, context);
  if (!published || compiled.kind === 'problems') return true;
  return !isDeepStrictEqual(meaningOf(compiled.plan), meaningOf(published));
}

function meaningOf({ start, nodes, steps, sources, entry, reentry, goal, exits }: Plan): unknown {
  return JSON.parse(JSON.stringify({ start, nodes, steps, sources, entry, reentry, goal, exits }));
}
