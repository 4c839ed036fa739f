import type { Enrollment } from '#shared/enrollment.ts';
import type { DoNode } from '#shared/plan.ts';
import { arrivedAt, atRest, endedSlot } from '../journeys/run.ts';
import { shortHash } from '../journeys/run-key.ts';
import type { Decision, Person } from '../steps/step.ts';
import { engineStepOf } from '../steps/index.ts';
import type { BatchUnderWay, WalkDeps } from './batch.ts';
import type { Move } from './moves.ts';
import { park } from './park.ts';

/** Those put off go on together at whole steps of this. */
const DEFERRED_STEP_MS = 5_000;

/** Takes a batch of people through a node that does something: decides for each, and acts. */
export async function actAt(deps: WalkDeps, batch: BatchUnderWay, node: DoNode): Promise<Enrollment[]> {
  const { plan, rows, contacts, ownAt, key, token } = batch;
  const step = plan.steps[node.step];
  const act = step && engineStepOf(step).act;
  if (!step || !act) throw new Error(`Step ${node.step} of plan ${plan._id} cannot act.`);
  const people = rows.flatMap((row): Person[] => {
    const contact = contacts.get(row.contact);
    return contact ? [{ row, contact, at: ownAt(row) }] : [];
  });
  if (people.length === 0) return [];
  const decisions = await act(deps, { step, plan, people, group: key, token });
  const moves = people.map(({ row, at }): Move => {
    const decision = decisions.get(row._id);
    if (!decision) throw new Error(`Step ${node.step} decided nothing for one of its people.`);
    return moveBy(decision, { row, at, batch, node });
  });
  return batch.moves.decide(batch.id, moves);
}

type Deciding = { row: Enrollment; at: Date; batch: BatchUnderWay; node: DoNode };

function moveBy(decision: Decision, { row, at, batch, node }: Deciding): Move {
  switch (decision.kind) {
    case 'deferred': {
      const due = meetingTime(decision.until);
      return { row, set: { due, group: `${batch.plan._id}/deferred/${due.toISOString()}/${shortHash(batch.id)}` } };
    }
    case 'failed':
      return park(row, at, decision.code);
    case 'edge': {
      const path = { node: batch.node, edge: decision.edge, at };
      const target = node.edges[decision.edge];
      if (target !== undefined) return { row, set: arrivedAt(target, at), path };
      const ended = { state: 'completed', endedAt: at, ending: { kind: 'completed', step: node.step } } as const;
      return { row, set: { ...atRest, ...ended, ...endedSlot(row, batch.plan.reentry) }, path };
    }
  }
}

/** Whom a limit or a refusal for now left over meets others like them, so that a thousand put off one by one are few groups. */
function meetingTime(until: Date): Date {
  return new Date(Math.ceil(until.getTime() / DEFERRED_STEP_MS) * DEFERRED_STEP_MS);
}
