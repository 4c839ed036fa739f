import type { Models } from './models/index.ts';
import { createSecret, hashSecret } from './secrets.ts';
import { createSettings } from './settings.ts';

/** The first user's id: one only, so that two visitors of the link cannot both become owners. */
export const OWNER = 'owner';
const WORKSPACE = 'workspace';

/** Where the owner goes first: a link to create the account as long as there is none, then the sign-in page. */
export async function ownerLink(models: Models, server: string): Promise<string> {
  if (await models.users.exists({ _id: OWNER })) return `${server}/`;
  await createSettings(models).get();
  const token = createSecret();
  // Earlier links stay valid, for a server that is restarted before its owner's first visit.
  await models.settings.updateOne({ _id: WORKSPACE }, { $push: { ownerTokens: hashSecret(token) } });
  return `${server}/welcome?token=${token}`;
}

/** Whether a token comes from a link that was printed and still works. */
export async function isOwnerToken(models: Pick<Models, 'settings'>, token: string): Promise<boolean> {
  return (await models.settings.exists({ _id: WORKSPACE, ownerTokens: hashSecret(token) })) !== null;
}

/** No printed link works any more. */
export async function closeOwnerLinks(models: Pick<Models, 'settings'>): Promise<void> {
  await models.settings.updateOne({ _id: WORKSPACE }, { $set: { ownerTokens: [] } });
}
