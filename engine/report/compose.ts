import { nodeId, stepOfNode } from '#shared/plan.ts';
import type { JourneyReport, StepFigures } from '#shared/report.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import type { Flow } from './flow.ts';
import type { Goals } from './goals.ts';
import { type MailFigures, noMails } from './mails.ts';
import type { Standings } from './standings.ts';

export type ReportParts = {
  journey: string;
  at: Date;
  steps: readonly Step[];
  standings: Standings;
  flow: Flow;
  mails: ReadonlyMap<string, MailFigures>;
  /** Null where the journey has no goal. */
  goals: Goals | null;
};

/** Puts a journey's numbers together; entered is what its four parts come to, so they always balance. */
export function composeReport({ journey, at, steps, standings, flow, mails, goals }: ReportParts): JourneyReport {
  const { active: waiting, completed, exited, failed } = standings.all;
  return {
    journey,
    at: at.toISOString(),
    entered: waiting + completed + exited + failed,
    waiting,
    completed,
    exited,
    failed,
    goal: goals,
    steps: steps.map((step) => stepFigures(step, { standings, flow, mails })),
  };
}

/** Every node a step compiles into. */
export function nodesOfStep<S extends Step>(step: S): string[] {
  return definitionOf(step)
    .parts(step)
    .map(({ part }) => nodeId(step.id, part));
}

function stepFigures(step: Step, { standings, flow, mails }: Pick<ReportParts, 'standings' | 'flow' | 'mails'>) {
  const here = [...standings.nodes].filter(([node]) => stepOfNode(node) === step.id).map(([, standing]) => standing);
  const count = (state: keyof (typeof here)[number]) => here.reduce((sum, standing) => sum + standing[state], 0);
  const outcomes = outcomesOf(step, flow);
  const passed = Object.values(outcomes).reduce((sum, taken) => sum + taken, 0) + count('completed');
  const [waiting, failed, exited] = [count('active'), count('failed'), count('exited')];
  const entered = waiting + passed + failed + exited;
  const message = definitionOf(step).message(step) ? (mails.get(step.id) ?? noMails()) : null;
  const target = targetOf(step, { entered, actual: message?.converted ?? 0 });
  return { step: step.id, entered, waiting, passed, failed, exited, outcomes, message, target } satisfies StepFigures;
}

/** How many left by each way out; a step's own parts, exits and failures are no ways out. */
function outcomesOf(step: Step, flow: Flow): Record<string, number> {
  const taken = nodesOfStep(step).map((node) => flow.get(node) ?? {});
  return Object.fromEntries(
    definitionOf(step)
      .outcomes(step)
      .map(({ id }) => [id, taken.reduce((sum, edges) => sum + (edges[id] ?? 0), 0)]),
  );
}

function targetOf({ brief }: Step, { entered, actual }: { entered: number; actual: number }): StepFigures['target'] {
  if (!brief.target) return null;
  const expected = brief.target.kind === 'count' ? brief.target.count : (entered * brief.target.percent) / 100;
  return { expected: Math.round(expected * 10) / 10, actual };
}
