import { nanoid } from 'nanoid';
import type { SenderRow } from '#shared/api/messages.ts';
import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

type SenderRoutes = 'listSenders' | 'createSender' | 'updateSender' | 'deleteSender' | 'makeDefaultSender';

/** Who messages come from. The first sender is the default, until another is made it. */
export function senderHandlers({ models }: Pick<Base, 'models'>): Handlers<SenderRoutes> {
  const { senders } = models;
  const changes = createChanges(models);
  const read = async (id: string | undefined): Promise<Sender> => {
    const sender = await senders.findById(id ?? '').lean<Sender>();
    if (!sender) throw notFound('sender');
    return sender;
  };

  return {
    async listSenders() {
      const rows = await senders.find().sort({ name: 1 }).lean<Sender[]>();
      return { rows: rows.map(rowOf) };
    },
    async createSender({ body, actor }) {
      const isDefault = (await senders.countDocuments()) === 0;
      const sender: Sender = { _id: nanoid(12), ...body, isDefault };
      await senders.create(sender);
      await changes.note(actor, 'created', `sender:${sender._id}`);
      return rowOf(sender);
    },
    async updateSender({ params, body, actor }) {
      const sender = await read(params['id']);
      await senders.updateOne({ _id: sender._id }, { $set: body });
      await changes.note(actor, 'changed', `sender:${sender._id}`);
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
  };
}

function rowOf({ _id, name, email, replyTo, postalAddress, isDefault }: Sender): SenderRow {
  return { id: _id, name, email, replyTo, postalAddress, isDefault };
}
