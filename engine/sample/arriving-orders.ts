import type { Coupon } from '#shared/coupon.ts';
import { identityKey } from '#shared/identity.ts';
import type { Base } from '../base.ts';
import type { Events } from '../events/events.ts';
import type { StoredSample } from '../models/workspace.ts';
import { SAMPLE_CLOCK } from '#shared/clock.ts';
import { orderEvent } from './order-event.ts';
import { moved, sampleOrders, type SampleOrder } from './sample-orders.ts';
import { sampleAddress } from './sample-people.ts';

/** How many orders arrive at once after a long absence. */
const MOST_AT_ONCE = 200;

/**
 * Lets arrive the orders that the sample's clock has reached. The place is moved on after they are durable: a kill
 * repeats events by their ids, and of several servers each order is still one.
 */
export async function arrive({ models, clocks }: Base, events: Pick<Events, 'record'>): Promise<void> {
  const sample = await models.samples.findOne({ _id: SAMPLE_CLOCK, state: 'running' }).lean<StoredSample>();
  if (!sample) return;
  const now = await clocks.now(SAMPLE_CLOCK);
  const upcoming = (await sampleOrders()).slice(sample.nextOrder, sample.nextOrder + MOST_AT_ONCE);
  const due = upcoming.filter(({ at }) => moved(at, sample.shiftDays) <= now);
  if (due.length === 0) return;
  const buyers = await buyersOf(models, due);
  const coupons = await openCoupons(models, [...buyers.values()]);
  await Promise.all(
    due.flatMap((order) => {
      const contact = buyers.get(order.customer);
      if (contact === undefined) return [];
      const at = moved(order.at, sample.shiftDays);
      const coupon = coupons.get(contact)?.findLast((one) => isOpen(one, at))?._id ?? null;
      return [events.record(orderEvent(order, { shiftDays: sample.shiftDays, contact, coupon }))];
    }),
  );
  const filter = { _id: SAMPLE_CLOCK, state: 'running' as const, nextOrder: sample.nextOrder };
  await models.samples.updateOne(filter, { $set: { nextOrder: sample.nextOrder + due.length } });
}

/** Contacts by customer number, those who still are there and live on the sample's clock. */
async function buyersOf(
  { identities, contacts }: Base['models'],
  orders: readonly SampleOrder[],
): Promise<Map<string, string>> {
  const keys = new Map(orders.map(({ customer }) => [identityKey('email', sampleAddress(customer)), customer]));
  const rows = await identities.find({ _id: { $in: [...keys.keys()] } }).lean<{ _id: string; contact: string }[]>();
  const ids = rows.map(({ contact }) => contact);
  const living = await contacts.find({ _id: { $in: ids }, clock: SAMPLE_CLOCK }, { _id: 1 }).lean<{ _id: string }[]>();
  const present = new Set(living.map(({ _id }) => _id));
  return new Map(
    rows.flatMap(({ _id, contact }): [string, string][] => {
      const customer = keys.get(_id);
      return customer !== undefined && present.has(contact) ? [[customer, contact]] : [];
    }),
  );
}

/** A code not used yet, and when the mail that brought it was sent, on its buyer's clock. */
type OpenCoupon = Pick<Coupon, '_id' | 'deadline'> & { sentAt: Date };

/** Each buyer's codes that are in their hands and not used yet, oldest first: nobody uses a code whose mail is still on its way. */
async function openCoupons(
  { coupons, deliveries }: Base['models'],
  contacts: readonly string[],
): Promise<Map<string, OpenCoupon[]>> {
  const rows = await coupons
    .find({ contact: { $in: [...contacts] }, redeemedAt: null })
    .sort({ issuedAt: 1 })
    .lean<Coupon[]>();
  const issues = rows.flatMap(({ issue }) => issue ?? []);
  // A coupon's mail has the key under which the coupon was issued.
  const mails = await deliveries
    .find({ _id: { $in: issues }, state: 'sent', sentAt: { $ne: null } }, { sentAt: 1 })
    .lean<{ _id: string; sentAt: Date }[]>();
  const sentAt = new Map(mails.map((mail) => [mail._id, mail.sentAt]));
  const open = rows.flatMap(({ _id, contact, deadline, issue }) => {
    const sent = sentAt.get(issue ?? '');
    return sent && contact !== null ? [{ _id, contact, deadline, sentAt: sent }] : [];
  });
  return Map.groupBy(open, ({ contact }) => contact);
}

/** Whether the code was in the buyer's hands when they ordered, and not over. */
function isOpen({ sentAt, deadline }: OpenCoupon, at: Date): boolean {
  return sentAt <= at && (deadline === null || deadline >= at);
}
