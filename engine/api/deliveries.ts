import type { Chosen, DeliveryRow } from '#shared/api/deliveries.ts';
import type { Contact } from '#shared/contact.ts';
import { type Delivery, DeliveryState } from '#shared/delivery.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import { journeyNames } from '../contacts/present.ts';
import { stepNames } from '../contacts/timeline.ts';
import type { Resend } from '../deliveries/resend.ts';
import type { Resolve } from '../deliveries/resolve.ts';
import type { Models } from '../models/index.ts';
import type { Handlers } from './handler.ts';

type DeliveryDeps = { base: Pick<Base, 'models'>; resolve: Resolve; resend: Resend };
type DeliveryRoutes = 'listDeliveries' | 'resolveDeliveries' | 'resendDeliveries';

/** Deliveries by state, paged each state along its index; and what is decided about them by hand. */
export function deliveryHandlers({ base: { models }, resolve, resend }: DeliveryDeps): Handlers<DeliveryRoutes> {
  const changes = createChanges(models);
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
        rows: await rowsOf(models, found),
        cursor: last && found.length === limit ? cursorOf(last) : null,
        total: await models.deliveries.countDocuments({ ...(state && { state }), ...ofJourney }),
      };
    },
    resolveDeliveries: async ({ body: { chosen, outcome }, actor }) => {
      const resolved = await resolve(chosen, outcome, actorName(actor));
      await changes.note(actor, `decided as ${outcome}`, subjectOf(chosen));
      return { resolved };
    },
    resendDeliveries: async ({ body: { chosen }, actor }) => {
      const resent = await resend(chosen, actorName(actor));
      await changes.note(actor, 'sent again', subjectOf(chosen));
      return resent;
    },
  };
}

/** What a change is noted under; each delivery names its actor itself. */
function subjectOf(chosen: Chosen): string {
  if (chosen.kind === 'unknown') return chosen.journey === undefined ? 'deliveries' : `journey:${chosen.journey}`;
  return chosen.ids.length === 1 ? `delivery:${chosen.ids[0]}` : `deliveries:${chosen.ids.length}`;
}

async function rowsOf(models: Models, found: Delivery[]): Promise<DeliveryRow[]> {
  const ids = found.map(({ contact }) => contact);
  const [people, journeys, steps] = await Promise.all([
    models.contacts.find({ _id: { $in: ids } }, { name: 1 }).lean<Pick<Contact, '_id' | 'name'>[]>(),
    journeyNames(
      models,
      found.flatMap(({ journey }) => journey ?? []),
    ),
    stepNames(
      models,
      found.flatMap(({ plan }) => plan ?? []),
    ),
  ]);
  const names = new Map(people.map(({ _id, name }) => [_id, name]));
  return found.map(({ _id, contact, address, state, reason, response, journey, plan, step, ...row }) => ({
    id: _id,
    contact,
    contactName: names.get(contact) ?? '',
    address,
    state,
    reason,
    response,
    journey,
    journeyName: journeys.get(journey ?? '') ?? '',
    step,
    stepName: steps.get(`${plan}:${step}`) ?? '',
    updatedAt: row.updatedAt.toISOString(),
    actor: row.actor,
    resendOf: row.resendOf ?? null,
    resentAs: row.resentAs ?? null,
  }));
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
