import type { Models } from '../models/index.ts';
import type { Suppression } from '../models/delivery.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from '../models/durably.ts';

/** The id under which an address is kept from being written to. */
export function suppressionId(channel: string, address: string): string {
  return `${channel}:${address.trim().toLowerCase()}`;
}

/** Reasons that a new yes lifts; the others say something of the address itself and take their place. */
const LIFTED: Suppression['reason'][] = ['unsubscribed', 'deleted'];

/** Keeps an address from being written to; the first reason stays, but for one that a new yes would lift. */
export async function suppress(
  models: Pick<Models, 'suppressions'>,
  { address, reason, contact, at }: Omit<Suppression, '_id'> & { address: string },
): Promise<void> {
  const rows = nativeOf(models.suppressions);
  const _id = suppressionId('email', address);
  await rows.updateOne({ _id }, { $setOnInsert: { reason, contact, at } }, { upsert: true, ...durably });
  if (LIFTED.includes(reason)) return;
  await rows.updateOne({ _id, reason: { $in: LIFTED } }, { $set: { reason, at } }, durably);
}

/**
 * Forbids an address for what it has shown of itself, then takes back what no gate has passed yet.
 * @param except the delivery that showed it, whose own fate is known
 */
export async function forbidAddress(
  models: Pick<Models, 'suppressions' | 'deliveries'>,
  said: Omit<Suppression, '_id' | 'contact'> & { contact: string; address: string; except: string },
): Promise<void> {
  const { address, contact, except } = said;
  // Whose address is not known any more was deleted, and is not written to.
  if (address === '') return;
  await suppress(models, { address, reason: said.reason, contact, at: said.at });
  await nativeOf(models.deliveries).updateMany(
    { contact, address, state: { $in: ['claimed', 'deferred'] }, _id: { $ne: except } },
    { $set: { state: 'suppressed', reason: 'suppressed', updatedAt: new Date() } },
    durably,
  );
}
