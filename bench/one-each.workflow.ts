import { proxyActivities, sleep } from '@temporalio/workflow';

/** What each step of the journey does, emptied. */
export type EmptySteps = Record<'enter' | 'mail' | 'branch' | 'coupon' | 'goal', () => Promise<void>>;

const { enter, mail, branch, coupon, goal } = proxyActivities<EmptySteps>({ startToCloseTimeout: '1 minute' });

/** One contact's way through the benchmark's journey as a workflow of its own; nothing is done on it. */
export async function oneContact(waitMs: number): Promise<void> {
  await enter();
  await mail();
  await sleep(waitMs);
  await branch();
  await coupon();
  await sleep(waitMs);
  await goal();
}
