import type { JourneyReport, StepFigures } from '#shared/report.ts';
import type { PeopleQuery } from './people.ts';

/** How many people a number of a report stands for. */
export function totalOf(
  report: JourneyReport,
  { figure, step, outcome }: Omit<PeopleQuery, 'journey' | 'nodes'>,
): number {
  const steps = step === undefined ? report.steps : report.steps.filter((figures) => figures.step === step);
  const sum = (figureOf: (figures: StepFigures) => number) =>
    steps.reduce((total, figures) => total + figureOf(figures), 0);
  switch (figure) {
    case 'entered':
    case 'waiting':
    case 'failed':
    case 'exited':
      return step === undefined ? report[figure] : sum((figures) => figures[figure]);
    case 'completed':
      return step === undefined ? report.completed : sum(({ passed, outcomes }) => passed - taken(outcomes));
    case 'passed':
      return sum((figures) => (outcome === undefined ? figures.passed : (figures.outcomes[outcome] ?? 0)));
    case 'skipped':
      return sum(({ message }) =>
        outcome === undefined ? taken(message?.skipped ?? {}) : (message?.skipped[outcome] ?? 0),
      );
    case 'sent':
    case 'opened':
    case 'clicked':
    case 'converted':
    case 'unsubscribed':
    case 'bounced':
    case 'complained':
    case 'unknown':
    case 'deferred':
      return sum(({ message }) => message?.[figure] ?? 0);
  }
}

function taken(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
