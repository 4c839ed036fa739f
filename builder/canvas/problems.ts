import { createContext, useMemo } from 'react';
import { graphOf, sourcesOf } from '#shared/graph.ts';
import { Drawing } from '#shared/journey.ts';
import type { Problem } from '#shared/problem.ts';

/** Everything wrong with the drawing, as the server last said, and what keeps it from being saved at all. */
export const DrawingProblems = createContext<readonly Problem[]>([]);

/** Where the people of each step come from, after inheritance. */
export const SourcesContext = createContext<Readonly<Record<string, string>>>({});

export function useSources(drawing: Drawing): Record<string, string> {
  return useMemo(() => sourcesOf(graphOf(drawing), drawing.entry?.source ?? ''), [drawing]);
}

/** What of the drawing is not filled in well enough to be saved, as problems by step and field. */
export function schemaProblems(drawing: Drawing): Problem[] {
  const parsed = Drawing.safeParse(drawing);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path }) => {
    const [area, index] = path;
    const step = area === 'steps' && typeof index === 'number' ? (drawing.steps[index]?.id ?? null) : null;
    const field = (step === null ? path : path.slice(2)).map(String).join('.');
    return { severity: 'error', step, field, code: 'invalidField', detail: '' };
  });
}
