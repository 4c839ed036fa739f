import { onClock } from '#shared/clock.ts';
import type { Delivery } from '#shared/delivery.ts';
import { DAY_MS } from '#shared/duration.ts';
import { ownEvents } from '#shared/event.ts';
import type { Base } from '../base.ts';
import { durably } from '../models/durably.ts';
import { forbidAddress } from '../deliveries/suppression.ts';
import type { OwnEvent } from '../events/own-event.ts';
import { nativeOf } from '../models/native.ts';
import type { Report } from './read-report.ts';

export type TakeReportDeps = {
  base: Pick<Base, 'models' | 'clocks' | 'log'>;
  record(event: OwnEvent): Promise<void>;
  /** Writes that consent is withdrawn, takes back what is claimed, and lets the contact leave their journeys. */
  withdraw(said: { contact: string; state: 'withdrawn'; source: string; at: Date }): Promise<void>;
};

/** So many mails that came back one after the other, none of them opened, mean an address that is given up. */
const MOST_SOFT_BOUNCES = 5;
/** Within this; a mailbox that is full for a month will not be emptied. */
const SOFT_BOUNCES_WITHIN_MS = 30 * DAY_MS;

type Returned = Pick<
  Delivery,
  '_id' | 'contact' | 'address' | 'clock' | 'state' | 'journey' | 'step' | 'bouncedAt' | 'complainedAt' | 'updatedAt'
>;

/** Lets a report take effect on its delivery, its address and its contact; a repeat changes nothing. */
export function createTakeReport(deps: TakeReportDeps): (delivery: string, report: Report) => Promise<void> {
  const { models, clocks } = deps.base;
  return async (key, report) => {
    const delivery = await models.deliveries.findById(key, { ask: 0 }).lean<Returned>();
    if (!delivery) return;
    const now = await clocks.now(delivery.clock);
    switch (report.kind) {
      case 'delivered':
        return settleUnknown(deps, delivery, { state: 'sent', reason: 'delivered' });
      case 'bounced':
        return takeBounce(deps, delivery, { ...report, at: delivery.bouncedAt ?? now });
      case 'complaint':
        return takeComplaint(deps, delivery, { ...report, at: delivery.complainedAt ?? now });
    }
  };
}

type Bounce = Extract<Report, { kind: 'bounced' }> & { at: Date };

async function takeBounce(deps: TakeReportDeps, delivery: Returned, { hard, status, at }: Bounce): Promise<void> {
  const { models } = deps.base;
  const forbid = () => forbidAddress(models, { ...whose(delivery), reason: 'bounced', at });
  if (hard) await forbid();
  await mark(deps, delivery, 'bouncedAt', at);
  await settleUnknown(deps, delivery, { state: 'failed', reason: 'bounced' });
  if (!hard && (await softBounces(deps, delivery, at)) >= MOST_SOFT_BOUNCES) await forbid();
  const type = hard ? 'hard' : 'soft';
  await deps.record(eventOf(delivery, { id: `bounced:${type}:${delivery._id}`, at, says: { type, status } }));
}

type Complaint = Extract<Report, { kind: 'complaint' }> & { at: Date };

async function takeComplaint(deps: TakeReportDeps, delivery: Returned, { feedback, at }: Complaint): Promise<void> {
  await forbidAddress(deps.base.models, { ...whose(delivery), reason: 'complaint', at });
  await mark(deps, delivery, 'complainedAt', at);
  const event = eventOf(delivery, { id: `complained:${delivery._id}`, at, says: { type: feedback } });
  await deps.record({ ...event, name: ownEvents.emailMarkedAsSpam });
  await deps.withdraw({ contact: delivery.contact, state: 'withdrawn', source: 'complaint', at });
}

function whose({ _id, contact, address }: Returned) {
  return { contact, address, except: _id };
}

function eventOf({ _id, contact, journey, step }: Returned, said: Pick<OwnEvent, 'id' | 'at'> & { says: object }) {
  const { id, at, says } = said;
  return { id, at, contact, name: ownEvents.emailBounced, properties: { ...says, journey, step, delivery: _id } };
}

async function mark(
  { base }: TakeReportDeps,
  { _id }: Returned,
  field: 'bouncedAt' | 'complainedAt',
  at: Date,
): Promise<void> {
  await nativeOf(base.models.deliveries).updateOne(
    { _id, [field]: null },
    { $set: { [field]: at, updatedAt: new Date() } },
    durably,
  );
}

/** What nobody knew is known now. */
async function settleUnknown(
  { base: { models, clocks } }: TakeReportDeps,
  { _id, clock, updatedAt }: Returned,
  set: Pick<Delivery, 'state' | 'reason'>,
): Promise<void> {
  const sentAt = onClock(await clocks.get(clock), updatedAt);
  const rows = nativeOf(models.deliveries);
  if (set.state === 'sent') await rows.updateOne({ _id, state: 'unknown', sentAt: null }, { $set: { sentAt } });
  await rows.updateOne({ _id, state: 'unknown' }, { $set: { ...set, updatedAt: new Date() } }, durably);
}

/** How many mails to this address have come back since one of them was opened; counted anew, so that a repeat counts once. */
async function softBounces(
  { base: { models } }: TakeReportDeps,
  { contact, address }: Returned,
  at: Date,
): Promise<number> {
  const since = new Date(at.getTime() - SOFT_BOUNCES_WITHIN_MS);
  const mails = await nativeOf(models.deliveries)
    .find({ contact, address })
    .project<Pick<Delivery, 'bouncedAt' | 'openedAt'>>({ bouncedAt: 1, openedAt: 1 })
    .toArray();
  const opened = Math.max(since.getTime(), ...mails.map(({ openedAt }) => openedAt?.getTime() ?? 0));
  return mails.filter(({ bouncedAt }) => (bouncedAt?.getTime() ?? 0) > opened).length;
}
