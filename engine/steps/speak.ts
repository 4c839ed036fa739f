import { durationMs } from '#shared/duration.ts';
import { onClock } from '#shared/clock.ts';
import type { Message } from '#shared/message.ts';
import type { Step } from '#shared/steps/index.ts';
import type { IssuedCoupon } from '../coupons/issue.ts';
import type { Outgoing } from '../deliveries.ts';
import { resolveMoment } from '../moment.ts';
import { decideAlone, type Undecidable, UNDECIDABLE } from './decide-alone.ts';
import type { ActBatch, ActDeps, Decision, Person } from './step.ts';

/** How long a call to action without a deadline of its own may be answered. */
const DEFAULT_ASK = { amount: 7, unit: 'day' } as const;

/**
 * Says a step's message to a batch of people through the delivery record, with the coupons they hold.
 * Whoever has an answer leaves by `edge`, also where nothing could be sent: the delivery says why.
 */
export async function speak<S extends Step>(
  deps: ActDeps,
  batch: ActBatch<S>,
  says: { message: Message; edge: string },
): Promise<Map<string, Decision>> {
  const { step, plan, people, group, token } = batch;
  if (people.length === 0) return new Map();
  const content = plan.contents[step.id];
  if (!content) throw new Error(`Plan ${plan._id} has no compiled message for step ${step.id}.`);
  const zone = await deps.workspaceZone();
  const held = await deps.coupons.heldBy(
    plan,
    people.map(({ row }) => row),
  );
  const decided = await Promise.all(
    people.map(async (person): Promise<Outgoing | Undecidable> => {
      const { row, contact, at } = person;
      const coupons = held.get(row._id) ?? {};
      const clock = await deps.base.clocks.get(row.clock);
      return decideAlone(deps.base, row, () => ({
        key: `${row._id}|${step.id}`,
        enrollment: row,
        contact,
        step: step.id,
        message: says.message,
        content,
        dueAt: row.due ? onClock(clock, row.due) : at,
        at,
        coupons,
        ask: askOf(step, person, coupons, zone),
      }));
    }),
  );
  const outgoing = decided.filter((one) => 'key' in one);
  const results = await deps.deliveries.send({ plan, group, token, outgoing });
  return new Map(
    people.map(({ row }, index): [string, Decision] => {
      if (decided[index] === UNDECIDABLE) return [row._id, UNDECIDABLE];
      const result = results.get(`${row._id}|${step.id}`);
      if (!result) throw new Error('A delivery came back without an answer.');
      return [row._id, result.kind === 'settled' ? { kind: 'edge', edge: says.edge } : result];
    }),
  );
}

function askOf(
  step: Step,
  { contact, at }: Person,
  coupons: Record<string, IssuedCoupon>,
  zone: string,
): Outgoing['ask'] {
  const callToAction = step.brief.callToAction;
  if (!callToAction) return null;
  const asked = callToAction.until;
  const until = asked
    ? resolveMoment(asked, {
        at,
        contactZone: contact.timeZone,
        workspaceZone: zone,
        couponDeadline: (coupon) => coupons[coupon]?.deadline ?? null,
      })
    : null;
  return {
    label: callToAction.label,
    link: callToAction.link,
    proof: callToAction.proof,
    until: until ?? new Date(at.getTime() + durationMs(DEFAULT_ASK)),
  };
}
