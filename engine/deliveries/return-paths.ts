import { returnId, returnPath } from '../bounces/return-path.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import type { Ready } from './look.ts';

/** Remembers, before they leave, which mails come back to an address of their own; costs nothing where none does. */
export async function rememberReturnPaths(
  { returnPaths }: Pick<Models, 'returnPaths'>,
  ready: readonly Ready[],
): Promise<void> {
  const at = new Date();
  await insertNew(
    returnPaths,
    ready
      .filter(({ sender }) => sender.bounceAddress !== null)
      .map(({ letter: { key } }) => ({ _id: returnId(key), delivery: key, at })),
  );
}

/** The envelope sender of a mail. */
export function envelopeSender({ letter, sender }: Ready, secret: string): string {
  return sender.bounceAddress === null ? sender.email : returnPath(secret, sender.bounceAddress, letter.key);
}
