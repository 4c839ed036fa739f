import type { Models } from '../models/index.ts';
import type { Suppression } from '../models/delivery.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from './durably.ts';

/** The id under which an address is kept from being written to. */
export function suppressionId(channel: string, address: string): string {
  return `${channel}:${address.trim().toLowerCase()}`;
}

/** Keeps an address from being written to; the first reason stays. */
export async function suppress(
  models: Pick<Models, 'suppressions'>,
  { address, reason, contact, at }: Omit<Suppression, '_id'> & { address: string },
): Promise<void> {
  await nativeOf(models.suppressions).updateOne(
    { _id: suppressionId('email', address) },
    { $setOnInsert: { reason, contact, at } },
    { upsert: true, ...durably },
  );
}
