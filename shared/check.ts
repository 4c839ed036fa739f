import { always, type Graph, graphOf, onCycles, reachable, sourcesOf } from './graph.ts';
import type { Drawing } from './journey.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { definitionOf, type Step } from './steps/index.ts';

/** What a drawing may refer to. */
export type DrawingContext = {
  segments: ReadonlySet<string>;
  senders: ReadonlySet<string>;
  pools: ReadonlySet<string>;
};

/** Everything wrong with a drawing, the journey's own problems first, then step by step. */
export function checkDrawing(drawing: Drawing, context: DrawingContext): Problem[] {
  const graph = graphOf(drawing);
  const sources = sourcesOf(graph, drawing.entry?.source ?? '');
  const met = new Set(reachable(graph));
  const circular = new Set(onCycles(graph));
  return [
    ...journeyProblems(drawing, context),
    ...drawing.steps.flatMap((step) => [
      ...placeProblems(step, graph, met, circular),
      ...briefProblems(step, sources[step.id] ?? ''),
      ...referenceProblems(step, graph, context),
      ...definitionOf(step)
        .problems(step)
        .map((problem) => ({ ...problem, step: step.id })),
    ]),
  ];
}

const error = (step: string | null, field: string | null, code: ProblemCode, detail = ''): Problem => ({
  severity: 'error',
  step,
  field,
  code,
  detail,
});

function journeyProblems({ entry, start, steps, goal, exits }: Drawing, { segments }: DrawingContext): Problem[] {
  const problems: Problem[] = [];
  if (entry === null) problems.push(error(null, 'entry', 'noEntry'));
  else if (entry.kind === 'segment' && !segments.has(entry.segment))
    problems.push(error(null, 'entry.segment', 'unknownSegment'));
  else if (entry.kind === 'event' && !entry.match.event.trim())
    problems.push(error(null, 'entry.match.event', 'missingEvent'));
  if (start === null || !steps.some(({ id }) => id === start)) problems.push(error(null, 'start', 'noSteps'));
  if (goal && !goal.event.trim()) problems.push(error(null, 'goal.event', 'missingEvent'));
  exits.forEach((exit, index) => {
    if (!exit.event.trim()) problems.push(error(null, `exits.${index}.event`, 'missingEvent'));
  });
  return problems;
}

/** Where the step stands in the drawing: reached, not in a circle, every way out leading somewhere. */
function placeProblems(step: Step, graph: Graph, met: Set<string>, circular: Set<string>): Problem[] {
  const problems: Problem[] = [];
  if (graph.start !== null && !met.has(step.id)) problems.push(error(step.id, null, 'unreachable'));
  if (circular.has(step.id)) problems.push(error(step.id, null, 'cycle'));
  const drawn = new Set((graph.out.get(step.id) ?? []).map(({ outcome }) => outcome));
  const outcomes = definitionOf(step).outcomes(step);
  for (const { id, label, fallback } of outcomes) {
    if (drawn.has(id)) continue;
    if (fallback === undefined) problems.push(error(step.id, `outcomes.${id}`, 'noWayOut', label ?? id));
    else problems.push({ ...error(step.id, `outcomes.${id}`, 'pastFallsThrough', fallback), severity: 'warning' });
  }
  for (const outcome of drawn) {
    if (!outcomes.some(({ id }) => id === outcome))
      problems.push(error(step.id, `outcomes.${outcome}`, 'danglingEdge', outcome));
  }
  return problems;
}

/** The brief is mandatory where the step speaks to people. */
function briefProblems(step: Step, source: string): Problem[] {
  if (definitionOf(step).message(step) === null) return [];
  const { target, callToAction } = step.brief;
  const problems: Problem[] = [];
  if (step.stage === null) problems.push(error(step.id, 'stage', 'missingStage'));
  if (target === null) problems.push(error(step.id, 'brief.target', 'missingTarget'));
  if (!source.trim()) problems.push(error(step.id, 'brief.source', 'missingSource'));
  if (callToAction === null) return [...problems, error(step.id, 'brief.callToAction', 'missingCallToAction')];
  if (!callToAction.label.trim())
    problems.push(error(step.id, 'brief.callToAction.label', 'missingCallToAction', 'label'));
  if (!callToAction.link.trim())
    problems.push(error(step.id, 'brief.callToAction.link', 'missingCallToAction', 'link'));
  if (!callToAction.proof.event.trim()) problems.push(error(step.id, 'brief.callToAction.proof.event', 'missingEvent'));
  return problems;
}

/** Senders, pools and coupons that the step names; a coupon must have been issued on every way that leads here. */
function referenceProblems(step: Step, graph: Graph, { senders, pools }: DrawingContext): Problem[] {
  const definition = definitionOf(step);
  const problems: Problem[] = [];
  const message = definition.message(step);
  if (message?.sender && !senders.has(message.sender)) problems.push(error(step.id, 'message.sender', 'unknownSender'));
  const pool = definition.pool(step);
  if (pool !== null && !pools.has(pool)) problems.push(error(step.id, 'codes.pool', 'emptyPool'));
  const issuedBefore = [...graph.steps.values()].filter(
    (other) => definitionOf(other).issuesCoupon && always(graph, other.id, step.id),
  );
  const deadlineCoupon =
    step.brief.callToAction?.until?.kind === 'couponDeadline' ? [step.brief.callToAction.until.coupon] : [];
  for (const coupon of new Set([...definition.coupons(step), ...deadlineCoupon])) {
    const own = coupon === step.id && definition.issuesCoupon;
    if (!own && !issuedBefore.some(({ id }) => id === coupon)) {
      problems.push(error(step.id, 'coupon', graph.steps.has(coupon) ? 'couponNotBefore' : 'unknownCoupon', coupon));
    }
  }
  const says = message ? `${message.content.subject}\n${message.content.preheader}\n${message.content.body}` : '';
  if (/\{[{%][^}]*\bcoupon\./.test(says) && !definition.issuesCoupon && issuedBefore.length === 0) {
    problems.push(error(step.id, 'message.content.body', 'couponNotBefore'));
  }
  return problems;
}
