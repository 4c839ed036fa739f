import { setTimeout as pause } from 'node:timers/promises';
import type { Models } from '#engine/models/index.ts';

const LOOK_MS = 100;

/**
 * Watches a published journey until everyone of its audience has ended, and tells the time in which there was something
 * to do, because people were still to enter or due, from that in which all merely waited.
 * @throws Error when it takes longer than `seconds`
 */
export async function watchRun(
  models: Models,
  { journey, people, seconds }: { journey: string; people: number; seconds: number },
): Promise<{ activeSeconds: number; idleSeconds: number }> {
  const begin = performance.now();
  const endsAt = begin + seconds * 1_000;
  let idleMs = 0;
  let last = begin;
  let lastShown = begin;
  const plan = `${journey}/v1`;
  let entered = false;
  for (;;) {
    entered ||= await hasEntered(models, plan);
    const phase = entered ? await phaseOf(models, plan) : 'working';
    const now = performance.now();
    if (phase === 'over') return { activeSeconds: (now - begin - idleMs) / 1_000, idleSeconds: idleMs / 1_000 };
    if (phase === 'waiting') idleMs += now - last;
    last = now;
    if (now > endsAt)
      throw new Error(`The journey was not over after ${seconds} s; ${await standing(models, journey)}`);
    if (now - lastShown > 2_000 && process.stderr.isTTY) {
      lastShown = now;
      process.stderr.write(`\r${Math.round((now - begin) / 1_000)} s: ${phase}, ${people} people   `);
    }
    await pause(LOOK_MS);
  }
}

/** Whether a plan's whole audience has come in; asked for no more after that. */
async function hasEntered(models: Models, plan: string): Promise<boolean> {
  return (await models.plans.findOne({ _id: plan, 'audience.done': true }, { _id: 1 }).lean()) !== null;
}

async function phaseOf(models: Models, plan: string): Promise<'working' | 'waiting' | 'over'> {
  // Along the index { plan, due, group }: who has ended has no due.
  const next = await models.enrollments
    .findOne({ plan, due: { $gt: new Date(0) } }, { due: 1 })
    .sort({ due: 1, group: 1 })
    .lean();
  if (!next) return 'over';
  return next.due !== null && next.due.getTime() > Date.now() ? 'waiting' : 'working';
}

async function standing(models: Models, journey: string): Promise<string> {
  const states = ['active', 'completed', 'exited', 'failed'] as const;
  const counts = await Promise.all(
    states.map(async (state) => `${await models.enrollments.countDocuments({ journey, state })} ${state}`),
  );
  return counts.join(', ');
}
