import { onClock } from '#shared/clock.ts';
import type { Batch } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { actAt } from './act.ts';
import type { BatchUnderWay, WalkDeps } from './batch.ts';
import type { ContactReading } from './contact-reading.ts';
import { carries, type Moves } from './moves.ts';
import { lookAgain, waitAt } from './wait.ts';

/** On a scaled clock work takes no time: a group that began less late than this runs as of its due, however long it takes. */
const PUNCTUAL_MS = 10_000;

/** A batch of people at one node of their group's plan. */
export type NodeBatch = Omit<Batch, 'ids'>;
export type Attempt = { id: string; token: string };

/** Who comes to a node, as their rows are known; their contacts; and where their moves are taken down. */
export type Comers = { rows: Enrollment[]; contacts: ContactReading; moves: Moves };

/**
 * Carries people through one node; may be repeated, killed and raced. What an earlier attempt wrote carries the batch's
 * id and is not decided again.
 * @returns the rows that carry the batch's id once the moves are written
 */
export async function walkNode(
  deps: WalkDeps,
  batch: NodeBatch,
  attempt: Attempt,
  { rows, contacts, moves }: Comers,
): Promise<Enrollment[]> {
  const plan = await deps.plans.find(batch.plan);
  if (!plan) return [];
  const node = plan.nodes[batch.node];
  if (!node) throw new Error(`Plan ${plan._id} has no node ${batch.node}.`);
  if ((await deps.plans.stateOf(plan.journey)) !== 'running') return [];

  const earlier = rows.filter((row) => carries(row, attempt.id));
  const here = rows.filter((row) => isHere(row, batch) && !carries(row, attempt.id));
  const newcomers = here.filter(({ path }) => path.length === 0);
  const left = new Set(await deps.leaving.missed(plan, newcomers));
  const own = here.filter(({ _id }) => !left.has(_id));
  const underWay = await gatherFacts(deps, { batch, attempt, plan, rows: own, contacts, moves });
  const orphans = own.filter(({ contact }) => !underWay.contacts.has(contact));
  await exitDeleted(deps, moves, orphans);

  return node.sort === 'do'
    ? [...earlier, ...(await actAt(deps, underWay, node))]
    : [...(await lookAgain(deps, underWay, node, earlier)), ...(await waitAt(deps, underWay, node))];
}

async function exitDeleted({ leaving }: WalkDeps, moves: Moves, orphans: Enrollment[]): Promise<void> {
  if (orphans.length === 0) return;
  await moves.write();
  await leaving.exit(moves.kept(orphans), 'deleted');
}

function isHere(row: Enrollment, { plan, key, node }: NodeBatch): boolean {
  return row.state === 'active' && row.plan === plan && row.group === key && row.node === node;
}

type Facts = {
  batch: NodeBatch;
  attempt: Attempt;
  plan: BatchUnderWay['plan'];
  rows: Enrollment[];
  contacts: ContactReading;
  moves: Moves;
};

async function gatherFacts(
  { base }: WalkDeps,
  { batch, attempt, plan, rows, contacts, moves }: Facts,
): Promise<BatchUnderWay> {
  // A wait asks a contact for no more than their time zone.
  const trustMs = plan.nodes[batch.node]?.sort === 'wait' ? Infinity : undefined;
  const known = await contacts.of(
    rows.map(({ contact }) => contact),
    trustMs,
  );
  const clocks = new Map(
    (await Promise.all([...new Set(rows.map(({ clock }) => clock))].map((id) => base.clocks.get(id)))).map((clock) => [
      clock._id,
      clock,
    ]),
  );
  const realAt = new Date(batch.at);
  const began = new Date(batch.began ?? batch.at);
  return {
    ...attempt,
    key: batch.key,
    plan,
    node: batch.node,
    realAt,
    rows: rows.filter(({ contact }) => known.has(contact)),
    contacts: known,
    moves,
    ownAt: (row) => {
      const clock = clocks.get(row.clock);
      if (!clock) return realAt;
      const punctual = clock.scale !== 1 && row.due !== null && began.getTime() - row.due.getTime() < PUNCTUAL_MS;
      return onClock(clock, punctual && row.due !== null ? row.due : realAt);
    },
  };
}
