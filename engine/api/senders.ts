import { isDeepStrictEqual } from 'node:util';
import { nanoid } from 'nanoid';
import type { SenderRow } from '#shared/api/messages.ts';
import { type Sender, senderDefaults } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import { forgetLines } from '../deliveries/line.ts';
import type { Recall } from '../journeys/recall.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

type Edited = 'listSenders' | 'createSender' | 'updateSender' | 'deleteSender' | 'makeDefaultSender';
type SenderDeps = {
  base: Pick<Base, 'models' | 'log'>;
  /** Brings on whoever waits for a paused sender, or for their turn. */
  recall: Recall;
};

/** Who messages come from. The first sender is the default, until another is made it. */
export function senderHandlers({ base, recall }: SenderDeps): Handlers<Edited | 'resumeSender'> {
  const { models, log } = base;
  const { senders } = models;
  const changes = createChanges(models);
  const read = async (id: string | undefined): Promise<Sender> => {
    const sender = await senders.findById(id ?? '').lean<Sender>();
    if (!sender) throw notFound('sender');
    return sender;
  };

  /** Places in line were given by the old limits; everyone who waits gets one by the new. */
  const newLine = async (sender: Sender): Promise<void> => {
    await forgetLines(models, sender._id);
    bringOn('limit', sender);
  };
  /** Whom this misses comes by themselves, a little later. */
  const bringOn = (...[reason, sender]: Parameters<Recall>): void =>
    void recall(reason, sender).catch((error: unknown) =>
      log.error({ err: error, reason }, 'Those who wait for a sender could not be brought on at once.'),
    );

  return {
    async listSenders() {
      const rows = await senders.find().sort({ name: 1 }).lean<Sender[]>();
      return { rows: rows.map(rowOf) };
    },
    async createSender({ body, actor }) {
      const isDefault = (await senders.countDocuments()) === 0;
      const sender: Sender = { ...senderDefaults, _id: nanoid(12), ...body, isDefault };
      await senders.create(sender);
      await changes.note(actor, 'created', `sender:${sender._id}`);
      return rowOf(sender);
    },
    async updateSender({ params, body, actor }) {
      const sender = await read(params['id']);
      await senders.updateOne({ _id: sender._id }, { $set: body });
      await changes.note(actor, 'changed', `sender:${sender._id}`);
      if (!isDeepStrictEqual(body.limits, sender.limits)) await newLine(sender);
      return rowOf({ ...sender, ...body });
    },
    async deleteSender({ params, actor }) {
      const sender = await read(params['id']);
      await senders.deleteOne({ _id: sender._id });
      await changes.note(actor, 'deleted', `sender:${sender._id}`);
      if (!sender.isDefault) return;
      const next = await senders.findOne().sort({ name: 1 }).lean<Sender>();
      if (next) await senders.updateOne({ _id: next._id }, { $set: { isDefault: true } });
    },
    async makeDefaultSender({ params, actor }) {
      const sender = await read(params['id']);
      await senders.updateOne({ _id: sender._id }, { $set: { isDefault: true } });
      await senders.updateMany({ _id: { $ne: sender._id }, isDefault: true }, { $set: { isDefault: false } });
      await changes.note(actor, 'made default', `sender:${sender._id}`);
      return rowOf({ ...sender, isDefault: true });
    },
    async resumeSender({ params, actor }) {
      const sender = await read(params['id']);
      await senders.updateOne({ _id: sender._id }, { $set: { paused: null } });
      await changes.note(actor, 'resumed', `sender:${sender._id}`);
      bringOn('senderPaused', sender);
      return rowOf({ ...sender, paused: null });
    },
  };
}

function rowOf({ _id, paused, ...sender }: Sender): SenderRow {
  const { name, email, replyTo, postalAddress, isDefault, limits, bounceAddress } = { ...senderDefaults, ...sender };
  const halted = paused ? { at: paused.at.toISOString(), response: paused.response } : null;
  return { id: _id, name, email, replyTo, postalAddress, isDefault, limits, bounceAddress, paused: halted };
}
