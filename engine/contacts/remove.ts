import type { Deliveries } from '../deliveries.ts';
import type { Models } from '../models/index.ts';
import { insertNew } from '../models/insert-new.ts';
import { nativeOf } from '../models/native.ts';

export type RemoveDeps = {
  models: Models;
  leave(contact: string, reason: 'deleted'): Promise<void>;
  takeBack: Deliveries['takeBack'];
};

/**
 * Deletes a contact with everything known of them; what stays is that their addresses must not be written to. The no
 * is written first, then taken back what was about to leave; the contact's row goes last, so a repeat completes it.
 */
export async function remove({ models, leave, takeBack }: RemoveDeps, contact: string): Promise<void> {
  const addresses = await nativeOf(models.identities)
    .find({ contact, kind: 'email' })
    .project<{ value: string }>({ value: 1 })
    .toArray();
  const row = await models.contacts.findById(contact, { email: 1 }).lean<{ email: string | null }>();
  const emails = new Set(
    [...addresses.map(({ value }) => value), row?.email ?? ''].map((email) => email.trim().toLowerCase()),
  );
  emails.delete('');
  const at = new Date();
  await insertNew(
    models.suppressions,
    [...emails].map((email) => ({ _id: `email:${email}`, reason: 'deleted' as const, at, contact: null })),
  );
  await leave(contact, 'deleted');
  await takeBack({ contact }, 'skipped', 'deleted');
  await nativeOf(models.identities).deleteMany({ contact });
  await nativeOf(models.events).deleteMany({ contact });
  await nativeOf(models.members).deleteMany({ contact });
  await nativeOf(models.deliveries).updateMany({ contact }, { $set: { address: '' } });
  await nativeOf(models.suppressions).updateMany({ contact }, { $set: { contact: null } });
  await nativeOf(models.contacts).deleteMany({ _id: contact });
  // Whatever came in for them meanwhile.
  await nativeOf(models.events).deleteMany({ contact });
}
