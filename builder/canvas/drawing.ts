import { z } from 'zod';
import { type Drawing, type Edge, Position } from '#shared/journey.ts';
import { graphOf } from '#shared/graph.ts';
import { definitionOf, Step, type StepKind, stepDefinitions } from '#shared/steps/index.ts';
import { emptyBrief } from '#shared/brief.ts';

/** The entry's name among the canvas's nodes. */
export const ENTRY = 'entry';

/** Where a new step goes: into an edge, to an open outcome, before the first step, or loose on the canvas. */
export const Place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edge'), edge: z.string() }),
  z.object({ kind: z.literal('outcome'), step: z.string(), outcome: z.string() }),
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('loose'), at: Position }),
]);
export type Place = z.infer<typeof Place>;

/** A step of a kind as it is before the marketer has said anything. */
export function newStep(kind: StepKind, id: string, name: string): Step {
  return Step.parse({ kind, id, name, stage: null, brief: emptyBrief, ...stepDefinitions[kind].defaults() });
}

/** Whether a step of this kind lets people go on, so that it can stand in the middle. */
export function leadsOn(kind: StepKind): boolean {
  return outcomesOf(newStep(kind, 'new', kind)).length > 0;
}

export function outcomesOf(step: Step) {
  return definitionOf(step).outcomes(step);
}

/** The drawing with the step put in its place; what stood there follows on the new step's first outcome. */
export function insertStep(drawing: Drawing, step: Step, place: Place): Drawing {
  const grown = { ...drawing, steps: [...drawing.steps, step] };
  const outcome = outcomesOf(step)[0]?.id;
  const onwards = (to: string | null): Edge[] =>
    to === null || outcome === undefined ? [] : [edgeBetween(step.id, outcome, to)];
  switch (place.kind) {
    case 'start':
      return { ...grown, start: step.id, edges: [...drawing.edges, ...onwards(drawing.start)] };
    case 'edge': {
      const split = drawing.edges.find(({ id }) => id === place.edge);
      if (!split) return grown;
      const others = drawing.edges.filter((edge) => edge !== split);
      return {
        ...grown,
        edges: [...others, edgeBetween(split.from, split.outcome, step.id), ...onwards(split.to)],
      };
    }
    case 'outcome':
      return { ...grown, edges: [...drawing.edges, edgeBetween(place.step, place.outcome, step.id)] };
    case 'loose':
      return {
        ...grown,
        start: drawing.start ?? step.id,
        layout: { ...drawing.layout, [step.id]: place.at },
      };
  }
}

/** The drawing without the step; where only one way led on, those who came to the step now go that way. */
export function removeStep(drawing: Drawing, id: string): Drawing {
  const ways = [...new Set(drawing.edges.filter(({ from }) => from === id).map(({ to }) => to))];
  const next = ways.length === 1 ? (ways[0] ?? null) : null;
  const { [id]: _gone, ...layout } = drawing.layout;
  return {
    ...drawing,
    start: drawing.start === id ? next : drawing.start,
    steps: drawing.steps.filter((step) => step.id !== id),
    edges: drawing.edges.flatMap((edge) => {
      if (edge.from === id) return [];
      if (edge.to !== id) return [edge];
      return next === null ? [] : [edgeBetween(edge.from, edge.outcome, next)];
    }),
    layout,
  };
}

/** A copy of the step beside it, not connected to anything yet. */
export function duplicateStep(drawing: Drawing, id: string, copy: { id: string; name: string }): Drawing {
  const step = drawing.steps.find((each) => each.id === id);
  if (!step) return drawing;
  const beside = drawing.layout[id] ?? { x: 0, y: 0 };
  return {
    ...drawing,
    steps: [...drawing.steps, { ...step, ...copy }],
    layout: { ...drawing.layout, [copy.id]: { x: beside.x + 320, y: beside.y + 24 } },
  };
}

/** The drawing with its step changed; edges of outcomes that the step no longer has go. */
export function changeStep(drawing: Drawing, step: Step): Drawing {
  const known = new Set(outcomesOf(step).map(({ id }) => id));
  return {
    ...drawing,
    steps: drawing.steps.map((each) => (each.id === step.id ? step : each)),
    edges: drawing.edges.filter(({ from, outcome }) => from !== step.id || known.has(outcome)),
  };
}

/** The drawing with the outcome leading to the step, or why that cannot be. */
export function connect(drawing: Drawing, way: { from: string; outcome: string; to: string }): Drawing | 'cycle' {
  if (way.from === ENTRY) return { ...drawing, start: way.to };
  if (way.from === way.to || leadsTo(drawing, way.to, way.from)) return 'cycle';
  const others = drawing.edges.filter(({ from, outcome }) => from !== way.from || outcome !== way.outcome);
  return { ...drawing, edges: [...others, edgeBetween(way.from, way.outcome, way.to)] };
}

export function removeEdge(drawing: Drawing, id: string): Drawing {
  return { ...drawing, edges: drawing.edges.filter((edge) => edge.id !== id) };
}

/** The coupon steps that everyone who comes to the step may have met: all that lead to it. */
export function couponsBefore(drawing: Drawing, id: string): Step[] {
  return drawing.steps.filter(
    (step) => step.id !== id && definitionOf(step).issuesCoupon && leadsTo(drawing, step.id, id),
  );
}

function leadsTo(drawing: Drawing, from: string, to: string): boolean {
  const { out } = graphOf(drawing);
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(out.get(id) ?? []).map((edge) => edge.to));
  }
  return false;
}

function edgeBetween(from: string, outcome: string, to: string): Edge {
  return { id: `${from}-${outcome}`, from, outcome, to };
}
