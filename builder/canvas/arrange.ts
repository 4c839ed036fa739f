import { Graph, layout } from '@dagrejs/dagre';
import type { Drawing, Position } from '#shared/journey.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import { ENTRY, outcomesOf } from './drawing.ts';

/** Sizes in the canvas's pixels. */
export const CARD_WIDTH = 268;
export const GHOST_GAP = 46;
export const GHOST_SPREAD = 118;

/** How tall a card is drawn, before it can be measured. */
export function usualHeight(step: Step): number {
  return 64 + (step.stage ? 22 : 0) + (definitionOf(step).message(step) === null ? 0 : 78);
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
  const ways: string[][] = [];
  for (const step of drawing.steps) {
    const children: string[] = [];
    ways.push(children);
    for (const { id } of outcomesOf(step)) {
      const edge = drawing.edges.find(({ from, outcome }) => from === step.id && outcome === id);
      const open = `${step.id}:${id}`;
      if (edge && graph.hasNode(edge.to)) {
        graph.setEdge(step.id, edge.to);
        if (comesOnce(drawing, edge.to)) children.push(edge.to);
      } else {
        graph.setNode(open, { width: 96, height: 32 }).setEdge(step.id, open);
        children.push(open);
      }
    }
  }
  layout(graph, { constraints: ways.flatMap(inOrder) });
  const places = [ENTRY, ...drawing.steps.map(({ id }) => id)].map((id): [string, Position] => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id);
    return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
  });
  const placed = Object.fromEntries(places);
  return isMirrored(drawing, placed) ? mirrored(placed) : placed;
}

/** Dagre does not know that outcomes have an order; where most ways lead to the wrong side, the picture is turned over. */
function isMirrored({ steps, edges }: Pick<Drawing, 'steps' | 'edges'>, places: Record<string, Position>): boolean {
  let balance = 0;
  for (const step of steps) {
    const xs = outcomesOf(step).flatMap(({ id }) => {
      const edge = edges.find(({ from, outcome }) => from === step.id && outcome === id);
      const place = edge && places[edge.to];
      return place ? [place.x] : [];
    });
    xs.slice(1).forEach((x, index) => (balance += Math.sign(x - (xs[index] ?? x))));
  }
  return balance < 0;
}

function mirrored(places: Record<string, Position>): Record<string, Position> {
  return Object.fromEntries(Object.entries(places).map(([id, { x, y }]) => [id, { x: -x, y }]));
}

const LIVE_GAP = 92;

/** The drawing's own places, with what stands below a card that grew moved down. */
export function stretch(
  drawing: Drawing,
  places: Record<string, Position>,
  heightOf: (id: string) => number,
): Record<string, Position> {
  const stretched: Record<string, Position> = {};
  const byHeight = Object.entries(places).toSorted(([, one], [, other]) => one.y - other.y);
  for (const [id, { x, y }] of byHeight) {
    const above = Object.entries(stretched).filter(
      ([other, place]) => Math.abs(place.x - x) < CARD_WIDTH + 24 || leads(drawing, other, id),
    );
    const free = above.map(([other, place]) => place.y + heightOf(other) + LIVE_GAP);
    stretched[id] = { x, y: Math.max(y, ...free) };
  }
  return stretched;
}

function leads({ start, edges }: Drawing, from: string, to: string): boolean {
  return from === ENTRY ? start === to : edges.some((edge) => edge.from === from && edge.to === to);
}

/** The drawing laid out anew around its entry, which stays where it stood. */
export function tidy(drawing: Drawing): Drawing {
  const places = arrange(drawing);
  const [before, after] = [drawing.layout[ENTRY], places[ENTRY]];
  if (!before || !after) return { ...drawing, layout: places };
  const [right, down] = [before.x - after.x, before.y - after.y];
  const layout = Object.entries(places).map(([id, { x, y }]) => [id, { x: x + right, y: y + down }]);
  return { ...drawing, layout: Object.fromEntries(layout) };
}

function comesOnce({ edges }: Pick<Drawing, 'edges'>, id: string): boolean {
  return edges.filter(({ to }) => to === id).length === 1;
}

/** The first outcome's way stands left of the second's, and so on. */
function inOrder(children: string[]): { left: string; right: string }[] {
  return children.slice(1).flatMap((right, index) => {
    const left = children[index];
    return left === undefined ? [] : [{ left, right }];
  });
}
