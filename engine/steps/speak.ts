import { durationMs } from '#shared/duration.ts';
import { onClock } from '#shared/clock.ts';
import type { Message } from '#shared/message.ts';
import type { Step } from '#shared/steps/index.ts';
import type { IssuedCoupon } from '../coupons/issue.ts';
import type { Outgoing } from '../deliveries.ts';
import { resolveMoment } from '../moment.ts';
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
  const { step, plan, people, group, token, heartbeat } = batch;
  if (people.length === 0) return new Map();
  const content = plan.contents[step.id];
  if (!content) throw new Error(`Plan ${plan._id} has no compiled message for step ${step.id}.`);
  const zone = await deps.workspaceZone();
  const held = await deps.coupons.heldBy(people.map(({ row }) => row._id));
  const outgoing = await Promise.all(
    people.map(async (person): Promise<Outgoing> => {
      const coupons = held.get(person.row._id) ?? {};
      const clock = await deps.base.clocks.get(person.row.clock);
      return {
        key: `${person.row._id}|${step.id}`,
        enrollment: person.row,
        contact: person.contact,
        step: step.id,
        message: says.message,
        content,
        dueAt: person.row.due ? onClock(clock, person.row.due) : person.at,
        at: person.at,
        coupons,
        ask: askOf(step, person, coupons, zone),
      };
    }),
  );
  const results = await deps.deliveries.send({ plan, group, token, outgoing, heartbeat });
  return new Map(
    people.map(({ row }): [string, Decision] => {
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
