import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from '../models/durably.ts';

/**
 * Lets a sender send nothing more until somebody resumes it: written first, then what no gate has passed yet is put off.
 * @param except the delivery that was refused, whose own fate is known
 */
export async function pauseSender(
  { models, log }: Pick<Base, 'models' | 'log'>,
  { sender, response, except }: { sender: Sender; response: string; except: string },
): Promise<void> {
  const { senders, deliveries } = models;
  // The stand-in for a sender that nobody has set up is none to pause.
  if (sender._id === '') return;
  const paused = { at: new Date(), response };
  const done = await nativeOf(senders).updateOne({ _id: sender._id, paused: null }, { $set: { paused } }, durably);
  if (done.modifiedCount > 0) {
    log.error({ sender: sender._id, response }, 'A mail server refuses this sender by policy; it is paused.');
  }
  const named = sender.isDefault ? [sender._id, null] : [sender._id];
  await nativeOf(deliveries).updateMany(
    { state: 'claimed', sender: { $in: named }, enrollment: { $ne: null }, _id: { $ne: except } },
    { $set: { state: 'deferred', reason: 'senderPaused', updatedAt: new Date() } },
    durably,
  );
}
