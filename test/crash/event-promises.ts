import { type Contact, summaryKey } from '#shared/contact.ts';
import { type Coupon, COUPON_REDEEMED } from '#shared/coupon.ts';
import type { Event } from '#shared/event.ts';
import { byId, type Scene } from './scene.ts';

/** Every accepted event is done, or dead with its reason; it counted once, and brought its person in once. */
export async function eventsTookEffect({ models, rows, plans, accepted }: Scene): Promise<string[]> {
  const contacts = byId(
    await models.contacts.find({ _id: { $in: rows.map(({ contact }) => contact) } }).lean<Contact[]>(),
  );
  const events = await models.events
    .find({ $or: [{ _id: { $in: accepted } }, { contact: { $in: [...contacts.keys()] } }] })
    .lean<Event[]>();
  const known = new Set(events.map(({ _id }) => _id));
  const broken = accepted.flatMap((id) => (known.has(id) ? [] : [`event ${id} was accepted and is not there`]));
  for (const { _id, dispatch, reason } of events)
    if (dispatch === 'pending' || (dispatch === 'dead' && !reason)) broken.push(`event ${_id} is ${dispatch}`);
  for (const { _id, summaries } of contacts.values()) {
    const own = events.filter(({ contact }) => contact === _id);
    for (const [name, some] of Map.groupBy(own, (event) => event.name)) {
      const counted = summaries[summaryKey(name)]?.count ?? 0;
      if (counted !== some.length) broken.push(`${name} of ${_id} counts ${counted} for ${some.length}`);
    }
  }
  const entries = Map.groupBy(rows, ({ entryEvent }) => entryEvent);
  for (const { _id, name, contact, dispatch, history } of events) {
    const brings = [...plans.values()].some(({ entry }) => entry.kind === 'event' && entry.match.event === name);
    const inside = rows.some((row) => row.contact === contact);
    const count = entries.get(_id)?.length ?? 0;
    if (count > 1 || (brings && dispatch === 'done' && !history && !inside))
      broken.push(`event ${_id} brought its person in ${count} times`);
  }
  return broken;
}

/** A code is redeemed once, and told of once. */
export async function redemptions({ models, journey }: Scene): Promise<string[]> {
  const coupons = await models.coupons.find({ journey }).lean<Coupon[]>();
  const codes = coupons.map(({ _id }) => _id);
  const events = await models.events.find({ name: COUPON_REDEEMED, 'properties.code': { $in: codes } }).lean<Event[]>();
  const told = Map.groupBy(events, ({ properties }) => properties['code']);
  return coupons.flatMap(({ _id, redeemedAt }) => {
    const times = told.get(_id)?.length ?? 0;
    return times === (redeemedAt === null ? 0 : 1) ? [] : [`coupon ${_id} was told of as redeemed ${times} times`];
  });
}
