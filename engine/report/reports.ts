import type { JourneyReport } from '#shared/report.ts';
import type { Step } from '#shared/steps/index.ts';
import { MINUTE_MS } from '#shared/duration.ts';
import type { Models } from '../models/index.ts';
import type { StoredPlan } from '../models/journey.ts';
import { composeReport, nodesOfStep } from './compose.ts';
import { flowOf, mirrorPassages, type Passing } from './flow.ts';
import { type Goals, goalsOf, mirrorGoals, type Reached } from './goals.ts';
import { type Mailing, mailsOf, mirrorMails } from './mails.ts';
import type { Mirror } from './mirror.ts';
import { countStandings, countStates, type Standing } from './standings.ts';

/** A report this young answers whoever asks again, so that many watchers cost what one does. */
const FRESH_MS = 500;
/** What nobody asks for any more is forgotten. */
const FORGET_MS = 2 * MINUTE_MS;

type Watched = { passages: Mirror<Passing>; goals: Mirror<Reached>; mails: Mirror<Mailing>; askedAt: number };
type Answer<T> = { at: number; answer: Promise<T> };

export interface Reports {
  /** A journey in numbers, at most half a second old; null where there is no such journey. */
  report(journey: string): Promise<JourneyReport | null>;
  /** A journey's line in the campaign list. */
  summary(journey: string): Promise<Standing & { goals: Goals }>;
}

/** Composes reports from mirrors, which are forgotten when nobody asks any more. */
export function createReports(models: Models): Reports {
  const watched = new Map<string, Watched>();
  const reports = new Map<string, Answer<JourneyReport | null>>();
  const summaries = new Map<string, Answer<Standing & { goals: Goals }>>();

  function watch(journey: string): Watched {
    const now = Date.now();
    for (const [id, { askedAt }] of watched) if (now - askedAt > FORGET_MS) watched.delete(id);
    const known = watched.get(journey) ?? {
      passages: mirrorPassages(models, journey),
      goals: mirrorGoals(models, journey),
      mails: mirrorMails(models, journey),
      askedAt: now,
    };
    known.askedAt = now;
    watched.set(journey, known);
    return known;
  }

  async function read(id: string): Promise<JourneyReport | null> {
    if (!(await models.journeys.exists({ _id: id }))) return null;
    const plans = await models.plans
      .find({ journey: id }, { steps: 1, goal: 1 })
      .sort({ version: -1 })
      .lean<Pick<StoredPlan, 'steps' | 'goal'>[]>();
    const steps = stepsOf(plans);
    const { passages, goals, mails } = watch(id);
    const [standings, passings, reached, mailings] = await Promise.all([
      countStandings(models, { journey: id, nodes: steps.flatMap((step) => nodesOfStep(step)) }),
      passages.read(),
      goals.read(),
      mails.read(),
    ]);
    return composeReport({
      journey: id,
      at: new Date(),
      steps,
      standings,
      flow: flowOf(passings.values()),
      mails: mailsOf(mailings.values()),
      goals: plans[0]?.goal ? goalsOf(reached.values()) : null,
    });
  }

  return {
    report: (journey) => fresh(reports, journey, () => read(journey)),
    summary: (journey) =>
      fresh(summaries, journey, async () => {
        const [states, reached] = await Promise.all([countStates(models, journey), watch(journey).goals.read()]);
        return { ...states, goals: goalsOf(reached.values()) };
      }),
  };
}

/** The steps of all versions, the newest version's word on each counting. */
function stepsOf(plans: readonly Pick<StoredPlan, 'steps'>[]): Step[] {
  const steps = new Map<string, Step>();
  for (const plan of plans) {
    for (const [id, step] of Object.entries(plan.steps)) if (!steps.has(id)) steps.set(id, step);
  }
  return [...steps.values()];
}

/** The last answer while it is fresh, or while it is still being worked on; else a new one. */
function fresh<T>(answers: Map<string, Answer<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(key);
  if (known && Date.now() - known.at < FRESH_MS) return known.answer;
  const answer = ask();
  const entry = { at: Number.POSITIVE_INFINITY, answer };
  answers.set(key, entry);
  answer.then(
    () => (entry.at = Date.now()),
    () => answers.delete(key),
  );
  return answer;
}
