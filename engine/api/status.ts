import type { Status } from '#shared/api/workspace.ts';
import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import type { StoredHold } from '../models/hold.ts';
import { currentHold, releaseHold } from '../restore/hold.ts';
import type { Handlers } from './handler.ts';

export const VERSION = '0.1.0';

/** What the status page asks of other parts. */
export type StatusPorts = {
  /** Whether Temporal answers, and where it is looked for. */
  temporal: () => Promise<Status['temporal']>;
  /** Whether real mail may be sent, by the self-test at start. */
  sends: () => Promise<Status['sends']>;
};

/** How the parts of the product are, in one answer. */
export function statusHandlers({
  config,
  models,
  temporal,
  sends,
}: Pick<Base, 'config' | 'models'> & StatusPorts): Handlers<'getStatus' | 'getHold' | 'releaseHold'> {
  const changes = createChanges(models);
  return {
    getStatus: async () => {
      const [reachable, allowed, contacts, pendingEvents, deadEvents, hold, unknownDeliveries, halted] =
        await Promise.all([
          temporal(),
          sends(),
          models.contacts.estimatedDocumentCount(),
          models.events.countDocuments({ dispatch: 'pending' }),
          models.events.countDocuments({ dispatch: 'dead' }),
          currentHold(models),
          models.deliveries.countDocuments({ state: 'unknown' }),
          models.senders.find({ paused: { $ne: null } }).lean<Sender[]>(),
        ]);
      return {
        version: VERSION,
        database: config.PASTURE_STANDIN ? 'stand-in' : 'mongodb',
        mail: config.SMTP_URL ? 'smtp' : 'inbox',
        temporal: reachable,
        sends: allowed,
        contacts,
        pendingEvents,
        deadEvents,
        hold: holdBody(hold),
        unknownDeliveries,
        pausedSenders: halted.flatMap(({ _id, name, paused }) =>
          paused ? [{ id: _id, name, at: paused.at.toISOString(), response: paused.response }] : [],
        ),
      };
    },
    getHold: async () => ({ hold: holdBody(await currentHold(models)) }),
    releaseHold: async ({ actor }) => {
      if (await releaseHold(models, actorName(actor))) await changes.note(actor, 'continued', 'database');
    },
  };
}

function holdBody(hold: StoredHold | null): Status['hold'] {
  if (!hold) return null;
  const { dataFrom, ranUntil, noticedAt } = hold;
  return {
    dataFrom: dataFrom?.toISOString() ?? null,
    ranUntil: ranUntil.toISOString(),
    noticedAt: noticedAt.toISOString(),
  };
}
