import type { Delivery } from '#shared/delivery.ts';
import { DeliveryState } from '#shared/delivery.ts';
import type { Base } from '../base.ts';
import type { Handlers } from './handler.ts';

/** Deliveries by state, newest change first, paged each state along its index. */
export function deliveryHandlers({ models }: Pick<Base, 'models'>): Handlers<'listDeliveries'> {
  return {
    listDeliveries: async ({ query: { journey, state, limit, cursor } }) => {
      const states = state === undefined ? DeliveryState.options : [state];
      const ofJourney = journey === undefined ? {} : { journey };
      const before = beforePlace(cursor);
      const pages = await Promise.all(
        states.map((each) =>
          models.deliveries
            .find({ state: each, ...ofJourney, ...before })
            .sort({ updatedAt: -1, _id: -1 })
            .limit(limit)
            .lean<Delivery[]>(),
        ),
      );
      const found = pages.flat().sort(newestFirst).slice(0, limit);
      const last = found.at(-1);
      return {
        rows: found.map(deliveryRow),
        cursor: last && found.length === limit ? cursorOf(last) : null,
        total: await models.deliveries.countDocuments({ state: { $in: states }, ...ofJourney }),
      };
    },
  };
}

function deliveryRow({ _id, contact, address, state, reason, step, journey, updatedAt }: Delivery) {
  return { id: _id, contact, address, state, reason, step, journey, updatedAt: updatedAt.toISOString() };
}

function newestFirst(a: Delivery, b: Delivery): number {
  return b.updatedAt.getTime() - a.updatedAt.getTime() || (a._id < b._id ? 1 : -1);
}

function cursorOf({ updatedAt, _id }: Delivery): string {
  return Buffer.from(`${updatedAt.toISOString()} ${_id}`).toString('base64url');
}

function beforePlace(cursor: string | undefined): object {
  const [, at = '', id = ''] = /^(\S+) (.*)$/s.exec(Buffer.from(cursor ?? '', 'base64url').toString()) ?? [];
  if (Number.isNaN(Date.parse(at))) return {};
  const updatedAt = new Date(at);
  // The bound on the instant alone lets the index find the place; an $or never does.
  return { updatedAt: { $lte: updatedAt }, $or: [{ updatedAt: { $lt: updatedAt } }, { updatedAt, _id: { $lt: id } }] };
}
