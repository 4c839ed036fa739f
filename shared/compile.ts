import { checkDrawing, type DrawingContext } from './check.ts';
import { graphOf, reachable, sourcesOf } from './graph.ts';
import type { Drawing } from './journey.ts';
import { nodeId, type Plan, type PlanNode } from './plan.ts';
import type { Problem } from './problem.ts';
import type { PartDraft } from './steps/step.ts';
import { definitionOf, type Step } from './steps/index.ts';

export type Compilation = { kind: 'plan'; plan: Plan; warnings: Problem[] } | { kind: 'problems'; problems: Problem[] };

/**
 * Turns a drawing into a frozen, numbered plan, or into problems by step; nothing in between.
 * `context` says which segments, senders and coupon pools exist.
 */
export function compile(
  journey: { id: string; version: number; drawing: Drawing },
  context: DrawingContext,
): Compilation {
  const { drawing } = journey;
  const problems = checkDrawing(drawing, context);
  const graph = graphOf(drawing);
  if (problems.some(({ severity }) => severity === 'error') || graph.start === null || drawing.entry === null) {
    return { kind: 'problems', problems };
  }
  const met = reachable(graph).flatMap((id) => graph.steps.get(id) ?? []);
  const plan: Plan = {
    _id: `${journey.id}/v${journey.version}`,
    journey: journey.id,
    version: journey.version,
    start: firstNode(graph.start, graph.steps),
    nodes: Object.fromEntries(met.flatMap((step) => nodesOf(step, drawing, graph.steps))),
    steps: Object.fromEntries(met.map((step) => [step.id, step])),
    sources: sourcesOf(graph, drawing.entry.source),
    entry: drawing.entry,
    reentry: drawing.reentry,
    goal: drawing.goal,
    exits: drawing.exits,
  };
  return { kind: 'plan', plan, warnings: problems };
}

function nodesOf(step: Step, drawing: Drawing, steps: Map<string, Step>): [string, PlanNode][] {
  const definition = definitionOf(step);
  const outcomes = definition.outcomes(step);
  const targetOf = (outcome: string): string | undefined => {
    const drawn = drawing.edges.find((edge) => edge.from === step.id && edge.outcome === outcome);
    if (drawn) return firstNode(drawn.to, steps);
    const fallback = outcomes.find(({ id }) => id === outcome)?.fallback;
    return fallback === undefined ? undefined : targetOf(fallback);
  };
  return definition.parts(step).map((part) => [nodeId(step.id, part.part), nodeOf(step, part, targetOf)]);
}

function nodeOf(step: Step, part: PartDraft, targetOf: (outcome: string) => string | undefined): PlanNode {
  if (part.sort === 'do') {
    const targets = Object.entries(part.edges).map(([edge, to]): [string, string | undefined] => [
      edge,
      'part' in to ? nodeId(step.id, to.part) : targetOf(to.outcome),
    ]);
    return { sort: 'do', step: step.id, part: part.part, edges: drawnOnly(targets) };
  }
  const { until, awaits, onEvent, onDue, onPast } = part;
  const leaving = new Set([onDue, onPast, ...(onEvent === null ? [] : [onEvent])]);
  const edges = drawnOnly([...leaving].map((outcome): [string, string | undefined] => [outcome, targetOf(outcome)]));
  return { sort: 'wait', step: step.id, part: part.part, until, awaits, onEvent, onDue, onPast, edges };
}

function drawnOnly(targets: [string, string | undefined][]): Record<string, string> {
  return Object.fromEntries(targets.flatMap(([edge, to]) => (to === undefined ? [] : [[edge, to]])));
}

function firstNode(stepId: string, steps: Map<string, Step>): string {
  const step = steps.get(stepId);
  const first = step && definitionOf(step).parts(step)[0];
  return nodeId(stepId, first?.part ?? '');
}
