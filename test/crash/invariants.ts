import { setTimeout as pause } from 'node:timers/promises';
import { finalStates } from '#shared/delivery.ts';
import type { Passage } from '#shared/enrollment.ts';
import { stepOfNode } from '#shared/plan.ts';
import { definitionOf } from '#shared/steps/index.ts';
import { recount } from '#engine/journeys/recount.ts';
import { createReports } from '#engine/report/reports.ts';
import { eventsTookEffect, redemptions } from './event-promises.ts';
import { type Evidence, type Mail, readScene, type Scene } from './scene.ts';

/** A run in numbers, and each promise that was broken. */
export type Findings = {
  people: number;
  ledger: number;
  sent: number;
  unknown: number;
  twice: number;
  broken: string[];
};

/** Holds what everybody was promised against the ledger; call it when nobody is under way any more. */
export async function checkInvariants(evidence: Evidence): Promise<Findings> {
  const scene = await readScene(evidence);
  const broken = [
    ...once(scene),
    ...planned(scene),
    ...accounts(scene),
    ...refused(scene),
    ...(await eventsTookEffect(scene)),
    ...(await redemptions(scene)),
    ...(await balance(scene)),
    ...evidence.ledger.filter(({ key }) => key === '').map(({ to }) => `a mail to ${to} bears no send key`),
  ];
  const states = Map.groupBy(scene.deliveries.values(), ({ state }) => state);
  return {
    people: scene.rows.length,
    ledger: scene.ledger.length,
    sent: states.get('sent')?.length ?? 0,
    unknown: states.get('unknown')?.length ?? 0,
    twice: scene.ledger.length - new Set(scene.ledger.map(({ key }) => key)).size,
    broken,
  };
}

/** At most one delivery per send key and Message-ID. */
function once({ ledger }: Scene): string[] {
  return [({ key }: Mail) => key, ({ messageId }: Mail) => messageId].flatMap((named) =>
    [...Map.groupBy(ledger, named)].flatMap(([name, mails]) =>
      mails.length > 1 ? [`${name} came in ${mails.length} times`] : [],
    ),
  );
}

/** Every planned send has a delivery in a final state; one whose person is parked at it waits for a hand. */
function planned({ rows, plans, deliveries }: Scene): string[] {
  const isFinal = (state: string): boolean => finalStates.some((final) => final === state);
  const parked = new Set(
    rows.flatMap(({ _id, state, node }) => (state === 'failed' ? [`${_id}|${stepOfNode(node)}`] : [])),
  );
  const open = [...deliveries.values()].flatMap(({ _id, state }) =>
    isFinal(state) || parked.has(_id) ? [] : [`${_id} is still ${state}`],
  );
  const missing = rows.flatMap(({ _id, plan, path }) =>
    path.flatMap(({ node, edge, batch }) => {
      const step = plans.get(plan)?.steps[stepOfNode(node)];
      // Whoever was taken past a step, by hand or out of the journey, bears their own id as the batch.
      const byItself = !batch.startsWith(`${_id}@`) && !edge.startsWith('exit:');
      const speaks = step !== undefined && definitionOf(step).message(step) !== null;
      return byItself && speaks && !deliveries.has(`${_id}|${step.id}`)
        ? [`${_id} passed ${node} without a delivery`]
        : [];
    }),
  );
  return [...open, ...missing];
}

/** sent ≤ ledger ≤ sent + unknown, key by key. */
function accounts({ deliveries, ledger }: Scene): string[] {
  const came = new Set(ledger.map(({ key }) => key));
  const lost = [...deliveries.values()].flatMap(({ _id, state }) =>
    state === 'sent' && !came.has(_id) ? [`${_id} is sent and never came in`] : [],
  );
  const denied = [...came].flatMap((key) => {
    const state = deliveries.get(key)?.state ?? 'not there';
    return state === 'sent' || state === 'unknown' ? [] : [`${key} came in and is ${state}`];
  });
  return [...lost, ...denied];
}

/** No gate is asked for whoever had said no: the ledger knows when each mail's 354 went out, before its gate. */
function refused({ ledger, deliveries, noes }: Scene): string[] {
  return noes.flatMap((no) =>
    ledger.flatMap(({ key, dataAt }) => {
      const delivery = deliveries.get(key);
      const meant =
        ('contact' in no && delivery?.contact === no.contact) ||
        ('enrollment' in no && delivery?.enrollment === no.enrollment) ||
        ('journey' in no && delivery?.journey === no.journey);
      const lateMs = dataAt.getTime() - no.at.getTime();
      const held = no.until === undefined || dataAt < no.until;
      return meant && lateMs > 0 && held ? [`${key} passed its gate ${lateMs} ms after a no`] : [];
    }),
  );
}

/** entered = waiting + completed + exited + failed, and passages agree with the rows' paths. */
async function balance({ models, journey, rows, plans }: Scene): Promise<string[]> {
  const report = await createReports(models).report(journey);
  const { entered = 0, waiting = 0, completed = 0, exited = 0, failed = 0 } = report ?? {};
  const broken =
    entered === rows.length && entered === waiting + completed + exited + failed
      ? []
      : [`${rows.length} rows: ${entered} entered, ${waiting} waiting, ${completed} + ${exited} + ${failed} ended`];
  // A passage is counted right after its rows are written; what is still missing then was lost.
  for (const end = Date.now() + 10_000; Date.now() < end; await pause(100)) if (await addsUp(models, rows)) break;
  for (const plan of plans.keys())
    if (await recount(models, plan)) broken.push(`the passages of ${plan} did not agree with the paths`);
  return broken;
}

/** Whether as many steps were counted as people took. */
async function addsUp({ passages }: Scene['models'], rows: Scene['rows']): Promise<boolean> {
  const journeys = [...new Set(rows.map(({ journey }) => journey))];
  const counted = await passages.find({ journey: { $in: journeys } }, { edges: 1 }).lean<Pick<Passage, 'edges'>[]>();
  const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
  const steps = sum(rows.map(({ path }) => path.length));
  return steps === sum(counted.flatMap(({ edges }) => Object.values(edges)));
}
