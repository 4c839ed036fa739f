import type { Message } from '../message.ts';
import type { Problem } from '../problem.ts';

/** What is missing from a message before it can be sent to anyone. */
export function messageProblems({ content }: Message): Omit<Problem, 'step'>[] {
  const problems: Omit<Problem, 'step'>[] = [];
  if (!content.subject.trim())
    problems.push({ severity: 'error', field: 'message.content.subject', code: 'emptyMessage', detail: 'subject' });
  if (!content.body.trim())
    problems.push({ severity: 'error', field: 'message.content.body', code: 'emptyMessage', detail: 'body' });
  return problems;
}
