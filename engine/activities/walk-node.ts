import { onClock } from '#shared/clock.ts';
import type { Batch } from '#shared/activities.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { crashPoint } from '../crash-points.ts';
import { actAt } from './act.ts';
import type { BatchUnderWay, WalkDeps } from './batch.ts';
import type { ContactReading } from './contact-reading.ts';
import { carries } from './moves.ts';
import { countPassage } from './passage.ts';
import { lookAgain, waitAt } from './wait.ts';

/** On a scaled clock work takes no time: a group that began less late than this runs as of its due, however long it takes. */
const PUNCTUAL_MS = 10_000;

/** A batch of people at one node of their group's plan. */
export type NodeBatch = Omit<Batch, 'ids'>;
export type Attempt = { id: string; token: string; heartbeat: () => void };

/**
 * Carries people through one node; may be repeated, killed and raced. What an earlier attempt wrote carries the batch's
 * id and is only counted again; starting the groups of those who now wait is the last act.
 * @param people who comes to the node, as their rows were read or written last
 * @returns the rows that carry the batch's id now
 */
export async function walkNode(
  deps: WalkDeps,
  batch: NodeBatch,
  attempt: Attempt,
  people: { rows: Enrollment[]; contacts: ContactReading },
): Promise<Enrollment[]> {
  const plan = await deps.plans.find(batch.plan);
  if (!plan) return [];
  const node = plan.nodes[batch.node];
  if (!node) throw new Error(`Plan ${plan._id} has no node ${batch.node}.`);
  if ((await deps.plans.stateOf(plan.journey)) !== 'running') return [];

  const earlier = people.rows.filter((row) => carries(row, attempt.id));
  const here = people.rows.filter((row) => isHere(row, batch) && !carries(row, attempt.id));
  const newcomers = here.filter(({ path }) => path.length === 0);
  const left = new Set(await deps.leaving.missed(plan, newcomers));
  const own = here.filter(({ _id }) => !left.has(_id));
  const underWay = await gatherFacts(deps, { batch, attempt, plan, rows: own, contacts: people.contacts });
  const orphans = own.filter(({ contact }) => !underWay.contacts.has(contact));
  await deps.leaving.exit(orphans, 'deleted');

  const written =
    node.sort === 'do'
      ? [...earlier, ...(await actAt(deps, underWay, node))]
      : [...(await lookAgain(deps, underWay, node, earlier)), ...(await waitAt(deps, underWay, node))];

  await countPassage(deps.base.models, { plan, node: batch.node, batch: attempt.id, rows: written });
  await startGroups(deps, batch, written);
  return written;
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
};

async function gatherFacts(
  { base }: WalkDeps,
  { batch, attempt, plan, rows, contacts }: Facts,
): Promise<BatchUnderWay> {
  const known = await contacts.of(rows.map(({ contact }) => contact));
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
    ownAt: (row) => {
      const clock = clocks.get(row.clock);
      if (!clock) return realAt;
      const punctual = clock.scale !== 1 && row.due !== null && began.getTime() - row.due.getTime() < PUNCTUAL_MS;
      return onClock(clock, punctual && row.due !== null ? row.due : realAt);
    },
  };
}

/** The groups of those who now wait, or were put off, start when they are due; a group already started is left alone. */
async function startGroups({ starter }: WalkDeps, { plan, key }: NodeBatch, rows: Enrollment[]): Promise<void> {
  const groups = new Map<string, Date>();
  for (const { state, group, due } of rows) {
    if (state === 'active' && group !== null && group !== key && due !== null) groups.set(group, due);
  }
  if (groups.size > 0) crashPoint('wait-written');
  await Promise.all(
    [...groups].map(([group, due]) =>
      starter.group({ plan, key: group }, { queue: 'bulk', delayMs: Math.max(0, due.getTime() - Date.now()) }),
    ),
  );
}
