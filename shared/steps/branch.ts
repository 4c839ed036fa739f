import { z } from 'zod';
import { Condition } from '../condition.ts';
import { type StepDefinition, stepShape } from './step.ts';

/** One way out of a branch; the first whose condition holds is taken. */
export const BranchWay = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,20}$/),
  label: z.string().min(1).max(60),
  condition: Condition,
});
export type BranchWay = z.infer<typeof BranchWay>;

/** Sends people different ways by what is known of them. */
export const BranchStep = z.strictObject({
  kind: z.literal('branch'),
  ...stepShape,
  ways: z.array(BranchWay).min(1).max(10),
});
export type BranchStep = z.infer<typeof BranchStep>;

export const branch: StepDefinition<typeof BranchStep> = {
  schema: BranchStep,
  defaults: () => ({ ways: [{ id: 'way-1', label: 'Yes', condition: { kind: 'all', of: [] } }] }),
  outcomes: (step) => [...step.ways.map(({ id, label }) => ({ id, label })), { id: 'else' }],
  summary: (step) => ({ key: 'steps.branch.summary', values: { count: step.ways.length } }),
  message: () => null,
  parts: (step) => [
    {
      sort: 'do',
      part: '',
      edges: Object.fromEntries([...step.ways.map(({ id }) => id), 'else'].map((id) => [id, { outcome: id }])),
    },
  ],
  problems: (step) =>
    step.ways.flatMap(({ id, condition }, index) =>
      (condition.kind === 'all' || condition.kind === 'any') && condition.of.length === 0
        ? [{ severity: 'error' as const, field: `ways.${index}.condition`, code: 'invalidField' as const, detail: id }]
        : [],
    ),
  coupons: () => [],
  issuesCoupon: false,
  pool: () => null,
};
