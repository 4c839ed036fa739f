import { Graph, layout } from '@dagrejs/dagre';
import type { Drawing, Position } from '#shared/journey.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import { ENTRY, outcomesOf } from './drawing.ts';

/** Sizes in the canvas's pixels. */
export const CARD_WIDTH = 268;
export const GHOST_GAP = 56;
export const GHOST_SPREAD = 132;

/** How tall a card is drawn, before it can be measured. */
export function usualHeight(step: Step): number {
  return definitionOf(step).message(step) === null ? 84 : 158;
}

/** Everyone's place from top to bottom, by dagre; open outcomes keep room for their "+". */
export function arrange(
  drawing: Pick<Drawing, 'start' | 'steps' | 'edges'>,
  heightOf: (step: Step) => number = usualHeight,
  entryHeight = 104,
): Record<string, Position> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 92, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(ENTRY, { width: CARD_WIDTH, height: entryHeight });
  for (const step of drawing.steps) graph.setNode(step.id, { width: CARD_WIDTH, height: heightOf(step) });
  if (drawing.start !== null && graph.hasNode(drawing.start)) graph.setEdge(ENTRY, drawing.start);
  for (const step of drawing.steps) {
    for (const { id, fallback } of outcomesOf(step)) {
      const edge = drawing.edges.find(({ from, outcome }) => from === step.id && outcome === id);
      const open = `${step.id}:${id}`;
      if (edge && graph.hasNode(edge.to)) graph.setEdge(step.id, edge.to);
      else if (fallback === undefined) graph.setNode(open, { width: 96, height: 32 }).setEdge(step.id, open);
    }
  }
  layout(graph);
  const places = [ENTRY, ...drawing.steps.map(({ id }) => id)].map((id): [string, Position] => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id);
    return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
  });
  return Object.fromEntries(places);
}

/** The drawing laid out anew. */
export function tidy(drawing: Drawing): Drawing {
  return { ...drawing, layout: arrange(drawing) };
}
