import { z } from 'zod';
import { branch, BranchStep } from './branch.ts';
import { coupon, CouponStep } from './coupon.ts';
import { exit, ExitStep } from './exit.ts';
import { message, MessageStep } from './message.ts';
import type { StepDefinition } from './step.ts';
import { wait, WaitStep } from './wait.ts';
import { waitForEvent, WaitForEventStep } from './wait-for-event.ts';

export const Step = z.discriminatedUnion('kind', [
  MessageStep,
  CouponStep,
  WaitStep,
  WaitForEventStep,
  BranchStep,
  ExitStep,
]);
export type Step = z.infer<typeof Step>;
export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** The registry of step kinds; one missing does not compile. */
export const stepDefinitions: { [K in StepKind]: StepDefinition<StepOf<K>> } = {
  message,
  coupon,
  wait,
  'wait-for-event': waitForEvent,
  branch,
  exit,
};

/** The definition of a step's kind, to be asked about that very step. */
export function definitionOf<K extends StepKind>(step: { kind: K }): StepDefinition<StepOf<K>> {
  return stepDefinitions[step.kind];
}
