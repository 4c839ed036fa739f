import type { Drawing, Edge, Position } from '#shared/journey.ts';
import type { Step } from '#shared/steps/index.ts';
import type { Outcome } from '#shared/steps/step.ts';
import { arrange, CARD_WIDTH, GHOST_GAP, GHOST_SPREAD, usualHeight } from './arrange.ts';
import { ENTRY, outcomesOf, type Place } from './drawing.ts';
import type { FlowEdge, FlowNode } from './flow.tsx';

export type CardNode = FlowNode<{ step: string }, 'step'>;
export type EntryNode = FlowNode<Record<string, never>, 'entry'>;
/** The "+" below an outcome that leads nowhere yet. */
export type GhostNode = FlowNode<{ place: Place; name: string }, 'ghost'>;
export type CanvasNode = CardNode | EntryNode | GhostNode;
export type CanvasEdge = FlowEdge<{ place: Place | null; from: string; outcome: string; insert: string }, 'outcome'>;

type Ways = Pick<Drawing, 'steps' | 'edges'>;

const ENTRY_HEIGHT = 104;

/** The drawing as React Flow wants it: the entry, a card a step, and a "+" where a way is still open. */
export function nodesOf(drawing: Drawing, places: Record<string, Position>): CanvasNode[] {
  const nodes: CanvasNode[] = [
    {
      id: ENTRY,
      type: 'entry',
      data: {},
      position: places[ENTRY] ?? { x: 0, y: 0 },
      width: CARD_WIDTH,
      deletable: false,
    },
  ];
  if (!drawing.steps.some(({ id }) => id === drawing.start)) {
    const at = places[ENTRY] ?? { x: 0, y: 0 };
    nodes.push(ghost('start', { kind: 'start' }, { x: at.x + CARD_WIDTH / 2, y: at.y + ENTRY_HEIGHT + GHOST_GAP }));
  }
  for (const step of drawing.steps) {
    const at = places[step.id] ?? { x: 0, y: 0 };
    nodes.push({ id: step.id, type: 'step', data: { step: step.id }, position: at, width: CARD_WIDTH });
    nodes.push(...ghostsOf(step, drawing, at));
  }
  return nodes;
}

/** The drawing's edges, the way in, and a dashed one to each "+". */
export function edgesOf(drawing: Drawing): CanvasEdge[] {
  const known = new Set(drawing.steps.map(({ id }) => id));
  const start = drawing.start !== null && known.has(drawing.start) ? drawing.start : null;
  const drawn = drawing.edges.filter(({ from, to }) => known.has(from) && known.has(to));
  return [
    {
      ...edge('start', ENTRY, start ?? ghostId('start'), 'next', 'start'),
      deletable: false,
      data: { place: start === null ? null : { kind: 'start' }, from: ENTRY, outcome: 'next', insert: 'start' },
    },
    ...drawn.map((each) => drawnEdge(each)),
    ...drawing.steps.flatMap((step) =>
      undrawnOutcomes(step, drawing).map(({ id: outcome }): CanvasEdge => {
        const name = `${step.id}-${outcome}`;
        return {
          ...edge(`open-${name}`, step.id, ghostId(name), outcome, name),
          deletable: false,
          selectable: false,
          focusable: false,
          style: { strokeDasharray: '4 4' },
        };
      }),
    ),
  ];
}

/** Where everyone stands: as drawn, or by dagre where the drawing does not say. */
export function placesOf(drawing: Drawing): Record<string, Position> {
  const missing = drawing.steps.some(({ id }) => !drawing.layout[id]);
  if (missing || drawing.steps.length === 0) return { ...arrange(drawing), ...(missing ? {} : drawing.layout) };
  const start = drawing.layout[drawing.start ?? drawing.steps[0]?.id ?? ''] ?? { x: 0, y: 0 };
  return { [ENTRY]: { x: start.x, y: start.y - ENTRY_HEIGHT - 76 }, ...drawing.layout };
}

/** Outcomes that lead nowhere and have nothing to fall back to. */
export function openOutcomes(step: Step, drawing: Ways): string[] {
  return undrawnOutcomes(step, drawing).flatMap(({ id, fallback }) => (fallback === undefined ? [id] : []));
}

/** Outcomes without a way of their own, also those that fall back to another's. */
export function undrawnOutcomes(step: Step, { steps, edges }: Ways): Outcome[] {
  return outcomesOf(step).filter(({ id }) => {
    const drawn = edges.find(({ from, outcome }) => from === step.id && outcome === id);
    return !steps.some((other) => other.id === drawn?.to);
  });
}

function ghostsOf(step: Step, drawing: Drawing, at: Position): GhostNode[] {
  const outcomes = outcomesOf(step).map(({ id }) => id);
  return undrawnOutcomes(step, drawing).map(({ id: outcome }) => {
    const x = at.x + CARD_WIDTH / 2 + ghostAside(outcomes.indexOf(outcome), outcomes.length);
    return ghost(
      `${step.id}-${outcome}`,
      { kind: 'outcome', step: step.id, outcome },
      { x, y: at.y + usualHeight(step) + GHOST_GAP },
    );
  });
}

/** Below its handle; where there are many, further apart, so that their names have room. */
function ghostAside(index: number, count: number): number {
  if (count > 2) return (index - (count - 1) / 2) * GHOST_SPREAD;
  return CARD_WIDTH * ((index + 1) / (count + 1) - 0.5);
}

const GHOST_SIZE = 32;

function ghost(name: string, place: Place, { x, y }: Position): GhostNode {
  return {
    id: ghostId(name),
    type: 'ghost',
    data: { place, name },
    position: { x: x - GHOST_SIZE / 2, y },
    draggable: false,
    selectable: false,
    deletable: false,
    focusable: false,
    // React Flow lets clicks through nodes that can be neither chosen nor moved.
    style: { pointerEvents: 'all' },
  };
}

/** Whether a node is a "+" that only whoever draws needs. */
export function isGhost(id: string): boolean {
  return id.startsWith('+');
}

function ghostId(name: string): string {
  return `+${name}`;
}

function drawnEdge({ id, from, outcome, to }: Edge): CanvasEdge {
  return {
    ...edge(id, from, to, outcome, id),
    data: { place: { kind: 'edge', edge: id }, from, outcome, insert: id },
  };
}

function edge(id: string, source: string, target: string, outcome: string, insert: string): CanvasEdge {
  return {
    id,
    type: 'outcome',
    source,
    sourceHandle: outcome,
    target,
    data: { place: null, from: source, outcome, insert },
  };
}
