import { z } from 'zod';
import { emptyMessage, Message } from '../message.ts';
import { messageProblems } from './speaking.ts';
import { type StepDefinition, stepShape } from './step.ts';

/** Says something to a person; e-mail is the first channel. */
export const MessageStep = z.strictObject({ kind: z.literal('message'), ...stepShape, message: Message });
export type MessageStep = z.infer<typeof MessageStep>;

export const message: StepDefinition<typeof MessageStep> = {
  schema: MessageStep,
  defaults: () => ({ message: emptyMessage }),
  outcomes: () => [{ id: 'next' }],
  summary: (step) => ({ key: 'steps.message.summary', values: { subject: step.message.content.subject } }),
  message: (step) => step.message,
  parts: () => [{ sort: 'do', part: '', edges: { next: { outcome: 'next' } } }],
  problems: (step) => messageProblems(step.message),
  coupons: () => [],
  issuesCoupon: false,
  pool: () => null,
};
