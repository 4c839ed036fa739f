import { checkDrawing } from '#shared/check.ts';
import type { Drawing } from '#shared/journey.ts';
import type { Problem } from '#shared/problem.ts';
import type { Models } from '../models/index.ts';
import { type CompileContent, compileContents } from './contents.ts';
import { drawingContext } from './drawing-context.ts';

/** Everything wrong with a drawing, its messages compiled too. */
export type DrawingProblems = (drawing: Drawing) => Promise<Problem[]>;

/** How many messages' problems are kept; an editor saves one message often and its neighbours unchanged. */
const KEPT = 200;

/** Compiles each message once and remembers what was wrong with it. */
export function createDrawingProblems(
  models: Pick<Models, 'segments' | 'senders' | 'couponPools'>,
  compileContent: CompileContent,
): DrawingProblems {
  const known = new Map<string, ReturnType<CompileContent>>();
  const remembered: CompileContent = (content) => {
    const key = JSON.stringify(content);
    const compiled = known.get(key) ?? compileContent(content);
    known.delete(key);
    known.set(key, compiled);
    compiled.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return compiled;
  };
  return async (drawing) => {
    const [context, { problems }] = await Promise.all([
      drawingContext(models),
      compileContents(drawing.steps, remembered),
    ]);
    return [...checkDrawing(drawing, context), ...problems];
  };
}
