import { z } from 'zod';

/** The eight stages of the customer value journey, in order. */
export const stages = [
  'awareness',
  'engagement',
  'subscribe',
  'convert',
  'excite',
  'ascend',
  'advocate',
  'promote',
] as const;
export const Stage = z.enum(stages);
export type Stage = z.infer<typeof Stage>;

/** A stage's place in the order, from 0. */
export function stageRank(stage: Stage): number {
  return stages.indexOf(stage);
}

/** Which events raise a contact to which stage; a setting, with these defaults. `times`: from the nth such event on. */
export const StageRule = z.strictObject({ event: z.string().min(1), times: z.number().int().min(1), stage: Stage });
export type StageRule = z.infer<typeof StageRule>;

export const defaultStageRules: readonly StageRule[] = [
  { event: 'Consent Given', times: 1, stage: 'subscribe' },
  { event: 'Order Completed', times: 1, stage: 'convert' },
  { event: 'Activated', times: 1, stage: 'excite' },
  { event: 'Order Completed', times: 2, stage: 'ascend' },
  { event: 'Shared', times: 1, stage: 'advocate' },
  { event: 'Referral Converted', times: 1, stage: 'promote' },
];
