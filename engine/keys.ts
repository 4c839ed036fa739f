import type { Models } from './models/index.ts';
import type { StoredKey } from './models/workspace.ts';
import { hashSecret } from './secrets.ts';

/** How exactly a key's last use is kept; finer would cost a write per request. */
const USE_PRECISION_MS = 60_000;

/** The key of this kind that a secret belongs to, or null; notes that it was used. */
export async function findKey(
  models: Pick<Models, 'keys'>,
  { kind, secret }: { kind: StoredKey['kind']; secret: string },
): Promise<StoredKey | null> {
  const key = await models.keys.findOne({ hash: hashSecret(secret) }).lean<StoredKey>();
  if (key?.kind !== kind) return null;
  const now = new Date();
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > USE_PRECISION_MS) {
    await models.keys.updateOne({ _id: key._id }, { $set: { lastUsedAt: now } });
  }
  return key;
}
