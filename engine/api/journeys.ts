import type { PublicationPreview, VersionRow } from '#shared/api/journeys.ts';
import { type Drawing, emptyDrawing, type Journey, type JourneyState } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import { createJourney, templates } from '../journeys/create-journey.ts';
import type { DrawingProblems } from '../journeys/drawing-problems.ts';
import type { Publication, Publish } from '../journeys/publish.ts';
import type { States } from '../journeys/states.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';
import type { Reports } from '../report/reports.ts';
import type { Actor, Handlers } from './handler.ts';
import { journeyBody, journeyRow } from './journey-body.ts';
import { ApiProblem, notFound, wrongFields } from './problem.ts';

export type JourneyDeps = {
  base: Base;
  reports: Reports;
  problemsOf: DrawingProblems;
  publish: Publish;
  /** Who a publication would reach; null where there is no such journey. */
  previewPublication: (journey: string) => Promise<PublicationPreview | null>;
  states: States;
};

type Drawn = 'listJourneys' | 'createJourney' | 'getJourney' | 'saveJourney' | 'renameJourney';
type Published = 'previewPublication' | 'listVersions' | 'publishedDrawing' | 'publishJourney' | 'reportJourney';
type Turned = 'pauseJourney' | 'resumeJourney' | 'stopJourney' | 'archiveJourney';

/** Journeys while they are drawn, when they are published, and what is done to running ones. */
export function journeyHandlers(deps: JourneyDeps): Handlers<Drawn | Published | Turned> {
  return { ...drawnHandlers(deps), ...publishedHandlers(deps), ...turnedHandlers(deps) };
}

async function existing({ journeys }: Pick<Models, 'journeys'>, id: string | undefined): Promise<Journey> {
  const journey = await journeys.findById(id ?? '').lean<Journey>();
  if (!journey) throw notFound('journey');
  return journey;
}

/** The drawing while it is drawn. */
function drawnHandlers({ base: { models }, reports, problemsOf }: JourneyDeps): Handlers<Drawn> {
  const changes = createChanges(models);
  const body = (journey: Journey) => journeyBody({ models, problemsOf }, journey);
  return {
    listJourneys: async ({ query: { archived } }) => {
      const journeys = await models.journeys
        .find({ state: archived ? 'archived' : { $in: ['draft', 'running', 'paused', 'stopped'] } })
        .lean<Journey[]>();
      journeys.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
      return { rows: await Promise.all(journeys.map((journey) => journeyRow(reports, journey))) };
    },
    createJourney: async ({ body: { name, template, copyOf }, actor }) => {
      const drawing = await drawingFor(models, { template, copyOf });
      const journey = await createJourney(models, { name, drawing, actor: actorName(actor), sample: false });
      await changes.note(actor, 'created', `journey:${journey._id}`);
      return body(journey);
    },
    getJourney: async ({ params }) => body(await existing(models, params.id)),
    saveJourney: async ({ params, body: { revision, drawing }, actor }) => {
      const saved = await models.journeys
        .findOneAndUpdate(
          { _id: params.id ?? '', revision, state: { $ne: 'archived' } },
          { $set: { drawing, updatedAt: new Date(), updatedBy: actorName(actor) }, $inc: { revision: 1 } },
          { returnDocument: 'after' },
        )
        .lean<Journey>();
      if (!saved) throw refusedSave(await existing(models, params.id));
      await changes.note(actor, 'saved', `journey:${saved._id}`);
      return body(saved);
    },
    renameJourney: async ({ params, body: { name }, actor }) => {
      const set = { name, updatedAt: new Date(), updatedBy: actorName(actor) };
      await models.journeys.updateOne({ _id: params.id ?? '' }, { $set: set });
      const renamed = await existing(models, params.id);
      await changes.note(actor, 'renamed', `journey:${renamed._id}`);
      return body(renamed);
    },
  };
}

type Origin = { template: keyof typeof templates | undefined; copyOf: string | undefined };

async function drawingFor(models: Models, { template, copyOf }: Origin): Promise<Drawing> {
  if (template === undefined) return copyOf === undefined ? emptyDrawing : (await existing(models, copyOf)).drawing;
  if (copyOf === undefined) return templates[template](models);
  throw wrongFields([{ path: 'copyOf', message: 'cannot stand beside `template`; give one of the two' }]);
}

/** What the drawing becomes, and what comes of it. */
function publishedHandlers(deps: JourneyDeps): Handlers<Published> {
  const { reports, publish, previewPublication, problemsOf } = deps;
  const { models } = deps.base;
  const changes = createChanges(models);
  return {
    previewPublication: async ({ params }) => {
      const preview = await previewPublication(params.id ?? '');
      if (!preview) throw notFound('journey');
      return preview;
    },
    publishJourney: async ({ params, actor }) => {
      const { _id } = await existing(models, params.id);
      const publication = await publish(_id, actorName(actor));
      if (publication.kind !== 'published') throw refusedPublication(publication);
      await changes.note(actor, 'published', `plan:${publication.plan}`);
      return journeyBody({ models, problemsOf }, await existing(models, _id));
    },
    listVersions: async ({ params }) => {
      const { _id } = await existing(models, params.id);
      return { rows: await versionsOf(models, _id) };
    },
    publishedDrawing: async ({ params }) => {
      const { _id, drawing } = await existing(models, params.id);
      const plan = await planOf(models, _id, params.version);
      // A plan from before drawings were kept is shown by the draft, which has most of its steps.
      return {
        version: plan.version,
        publishedAt: plan.publishedAt.toISOString(),
        drawing: plan.drawing ?? drawing,
      };
    },
    reportJourney: async ({ params }) => {
      const report = await reports.report(params.id ?? '');
      if (!report) throw notFound('journey');
      return report;
    },
  };
}

async function versionsOf({ plans, enrollments }: Models, journey: string): Promise<VersionRow[]> {
  const published = await plans
    .find({ journey }, { version: 1, publishedAt: 1 })
    .sort({ version: -1 })
    .lean<Pick<StoredPlan, '_id' | 'version' | 'publishedAt'>[]>();
  return Promise.all(
    published.map(async ({ _id, version, publishedAt }) => ({
      version,
      publishedAt: publishedAt.toISOString(),
      inside: await enrollments.countDocuments({ plan: _id, state: 'active' }),
    })),
  );
}

type DrawnPlan = Pick<StoredPlan, 'version' | 'publishedAt'> & Partial<Pick<StoredPlan, 'drawing'>>;

async function planOf({ plans }: Models, journey: string, version: string | undefined): Promise<DrawnPlan> {
  const named = { journey, version: Number(version) };
  if (!Number.isSafeInteger(named.version)) throw notFound('plan');
  const plan = await plans.findOne(named, { version: 1, publishedAt: 1, drawing: 1 }).lean<DrawnPlan>();
  if (!plan) throw notFound('plan');
  return plan;
}

/** Pause, resume, stop and archive: each answers how many people inside it concerns. */
function turnedHandlers({ base, states }: JourneyDeps): Handlers<Turned> {
  const changes = createChanges(base.models);
  async function turn({
    id,
    actor,
    verb,
  }: {
    id: string | undefined;
    actor: Actor;
    verb: keyof typeof turned;
  }): Promise<{ state: JourneyState; affected: number }> {
    const journey = await existing(base.models, id);
    const affected = await states[verb](journey._id, actorName(actor));
    const { from, to } = turned[verb];
    if (affected === null)
      throw new ApiProblem(409, `Only a ${from} journey can do this; this one is ${journey.state}.`);
    await changes.note(actor, to, `journey:${journey._id}`);
    return { state: to, affected };
  }
  return {
    pauseJourney: ({ params, actor }) => turn({ id: params.id, actor, verb: 'pause' }),
    resumeJourney: ({ params, actor }) => turn({ id: params.id, actor, verb: 'resume' }),
    stopJourney: ({ params, actor }) => turn({ id: params.id, actor, verb: 'stop' }),
    archiveJourney: ({ params, actor }) => turn({ id: params.id, actor, verb: 'archive' }),
  };
}

const turned = {
  pause: { from: 'running', to: 'paused' },
  resume: { from: 'paused', to: 'running' },
  stop: { from: 'running or paused', to: 'stopped' },
  archive: { from: 'draft or stopped', to: 'archived' },
} as const satisfies Record<keyof States, { from: string; to: JourneyState }>;

function refusedSave({ state }: Journey): ApiProblem {
  return state === 'archived'
    ? new ApiProblem(409, 'This journey is archived; duplicate it to go on with its drawing.')
    : new ApiProblem(409, 'Someone else saved this journey first; load it again, then make your change.', [
        { path: 'revision', message: 'is not the newest any more' },
      ]);
}

function refusedPublication(publication: Exclude<Publication, { kind: 'published' }>): ApiProblem {
  if (publication.kind === 'problems') {
    const errors = publication.problems.filter(({ severity }) => severity === 'error');
    return new ApiProblem(
      422,
      'The journey has problems; correct them, then publish again.',
      errors.map(({ step, field, code, detail }) => ({
        path: [step === null ? 'drawing' : `steps.${step}`, field].filter(Boolean).join('.'),
        message: detail ? `${code}: ${detail}` : code,
      })),
    );
  }
  return refusals[publication.reason]();
}

const refusals = {
  senderMissing: () =>
    new ApiProblem(
      409,
      'Mails would go out by a real mail server without a sender; add one in Settings, then publish.',
    ),
  archived: () => new ApiProblem(409, 'This journey is archived; duplicate it to publish its drawing.'),
  raced: () => new ApiProblem(409, 'This journey was published a moment ago; load it again.'),
} satisfies Record<Extract<Publication, { kind: 'refused' }>['reason'], () => ApiProblem>;
