import { compile } from '#shared/compile.ts';
import type { Journey } from '#shared/journey.ts';
import type { Problem } from '#shared/problem.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import type { Base } from '../base.ts';
import { insertNew } from '../models/insert-new.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Starter } from '../temporal/starter.ts';
import { type CompileContent, compileContents } from './contents.ts';
import { drawingContext } from './drawing-context.ts';
import type { Leaving } from './leave.ts';
import type { Listeners } from './listeners.ts';

export type Publication =
  | { kind: 'published'; plan: string }
  | { kind: 'problems'; problems: Problem[] }
  | { kind: 'refused'; reason: 'senderMissing' | 'archived' | 'raced' };

export type PublishDeps = {
  base: Base;
  listeners: Listeners;
  leaving: Pick<Leaving, 'empty'>;
  starter: Starter;
  compileContent: CompileContent;
  /** Sets the clocks of this audience going that stand still until a first publication. */
  startClocks: (plan: StoredPlan) => Promise<void>;
};

/** Publishes a journey's drawing as its next plan; newcomers take it, people inside finish on theirs. Repeatable. */
export type Publish = (journey: string, actor: string) => Promise<Publication>;

/** Publishes by steps that can each be repeated after a crash. */
export function createPublish(deps: PublishDeps): Publish {
  const { base, listeners, leaving, starter, startClocks } = deps;
  const { models } = base;

  return async (id, actor) => {
    const journey = await models.journeys.findById(id).lean<Journey>();
    if (!journey || journey.state === 'archived') return { kind: 'refused', reason: 'archived' };
    const prepared = await prepare(deps, journey, actor);
    if (prepared.kind !== 'ready') return prepared;
    const { plan } = prepared;
    // Another publication of the same version wins by its id.
    if ((await insertNew(models.plans, [plan])).length === 0) return { kind: 'refused', reason: 'raced' };
    // Whoever a stop has not reached yet leaves before the journey goes on.
    if (journey.state === 'stopped') await leaving.empty(id, 'stopped');
    const { matchedCount } = await models.journeys.updateOne(
      { _id: id, version: journey.version, state: journey.state },
      {
        $set: {
          plan: plan._id,
          version: plan.version,
          // Who was held stays held: publishing changes what newcomers take, not whether anyone moves.
          state: journey.state === 'paused' ? 'paused' : 'running',
          publishedAt: plan.publishedAt,
          updatedBy: actor,
        },
      },
    );
    if (matchedCount === 0) return { kind: 'refused', reason: 'raced' };
    await listeners.raise();
    if (plan.audience) await starter.entry(plan._id);
    else await startClocks(plan);
    return { kind: 'published', plan: plan._id };
  };
}

async function prepare(
  { base, compileContent }: PublishDeps,
  journey: Journey,
  actor: string,
): Promise<Exclude<Publication, { kind: 'published' }> | { kind: 'ready'; plan: StoredPlan }> {
  const { models, config } = base;
  // Beyond the newest stored, too: a publication that was cut off left its plan, which nobody is on.
  const newest = await models.plans.findOne({ journey: journey._id }, { version: 1 }).sort({ version: -1 }).lean();
  const version = Math.max(journey.version, newest?.version ?? 0) + 1;
  const compiled = compile({ id: journey._id, version, drawing: journey.drawing }, await drawingContext(models));
  const { contents, problems } = await compileContents(journey.drawing.steps, compileContent);
  if (compiled.kind === 'problems') return { kind: 'problems', problems: [...compiled.problems, ...problems] };
  if (problems.length > 0) return { kind: 'problems', problems };
  if (!journey.sample && (await senderMissing({ models, config }, Object.values(compiled.plan.steps))))
    return { kind: 'refused', reason: 'senderMissing' };
  const { entry } = compiled.plan;
  const { sample, drawing } = journey;
  const now = new Date();
  const audience = entry.kind === 'segment' ? { at: now, cursor: null, done: false } : null;
  return {
    kind: 'ready',
    plan: { ...compiled.plan, publishedAt: now, publishedBy: actor, sample, drawing, contents, audience },
  };
}

/** A real SMTP server is only written to by somebody: every message needs a sender with a postal address. */
export async function senderMissing(
  { models, config }: Pick<Base, 'models' | 'config'>,
  steps: Step[],
): Promise<boolean> {
  if (!config.SMTP_URL) return false;
  const senders = steps.flatMap((step) => definitionOf(step).message(step) ?? []).map(({ sender }) => sender);
  return senders.includes(null) && (await models.senders.countDocuments({ isDefault: true })) === 0;
}
