import type { EmailContent } from '#shared/message.ts';
import type { Problem } from '#shared/problem.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import type { StoredPlan } from '../models/journey.ts';

/** A message made ready to be sent: HTML and text, still with merge tags, and what is wrong with it by field. */
export type CompiledContent = { html: string; text: string; problems: { field: string; message: string }[] };
export type CompileContent = (content: EmailContent) => Promise<CompiledContent>;

/** Compiles what a drawing's steps say; problems name the step and the field. */
export async function compileContents(
  steps: Step[],
  compileContent: CompileContent,
): Promise<{ contents: StoredPlan['contents']; problems: Problem[] }> {
  const contents: StoredPlan['contents'] = {};
  const problems: Problem[] = [];
  for (const step of steps) {
    const message = definitionOf(step).message(step);
    if (!message?.content.body.trim()) continue;
    const compiled = await compileContent(message.content);
    contents[step.id] = { html: compiled.html, text: compiled.text };
    for (const { field, message: detail } of compiled.problems) {
      problems.push({
        severity: 'error',
        step: step.id,
        field: `message.content.${field}`,
        code: 'invalidMessage',
        detail,
      });
    }
  }
  return { contents, problems };
}
