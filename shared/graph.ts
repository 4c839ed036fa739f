import type { Drawing, Edge } from './journey.ts';
import type { Step } from './steps/index.ts';

/** A drawing as a graph: who follows whom. */
export type Graph = { start: string | null; steps: Map<string, Step>; out: Map<string, Edge[]> };

/** The drawing's steps by id and the edges that leave each; edges to steps that are gone are left out. */
export function graphOf({ start, steps, edges }: Pick<Drawing, 'start' | 'steps' | 'edges'>): Graph {
  const known = new Map(steps.map((step) => [step.id, step]));
  const out = new Map<string, Edge[]>(steps.map(({ id }) => [id, []]));
  for (const edge of edges) if (known.has(edge.to)) out.get(edge.from)?.push(edge);
  return { start: start !== null && known.has(start) ? start : null, steps: known, out };
}

/** Steps that can be come to from the start, in the order people may meet them; `without` is taken out of the drawing. */
export function reachable({ start, out }: Graph, without?: string): string[] {
  const seen = new Set<string>();
  const open = start === null || start === without ? [] : [start];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const { to } of out.get(id) ?? []) if (to !== without) open.push(to);
  }
  return [...seen];
}

/** Whether everyone who comes to `step` has been through `through` before. */
export function always(graph: Graph, through: string, step: string): boolean {
  return through !== step && graph.steps.has(through) && !reachable(graph, through).includes(step);
}

/** Steps that lie on a circle. */
export function onCycles({ steps, out }: Graph): string[] {
  const leadsTo = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = (out.get(from) ?? []).map(({ to }) => to);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(...(out.get(id) ?? []).map(({ to }) => to));
    }
    return seen;
  };
  return [...steps.keys()].filter((id) => leadsTo(id).has(id));
}

/** The traffic source of each step: its own, else that of the first step that leads to it, else the entry's. */
export function sourcesOf(graph: Graph, entrySource: string): Record<string, string> {
  const sources: Record<string, string> = {};
  if (graph.start !== null) sources[graph.start] = graph.steps.get(graph.start)?.brief.source ?? entrySource;
  for (const id of reachable(graph)) {
    for (const { to } of graph.out.get(id) ?? []) {
      sources[to] ??= graph.steps.get(to)?.brief.source ?? sources[id] ?? entrySource;
    }
  }
  return sources;
}
