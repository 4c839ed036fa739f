import type { Sender } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import type { Gate } from './ledger.ts';
import { pauseSender } from './pause-sender.ts';

/** Senders refused by policy. */
export interface Barring {
  /** Pauses the sender of a refused mail. */
  bar(refused: Parameters<typeof pauseSender>[1]): Promise<void>;
  /** The gate for a sender's mail; while that sender is being paused it waits, so that the next on the line is put off. */
  gate(sender: Sender, asked: Parameters<Gate>[0]): Promise<boolean>;
}

/** One process's: what other processes have under way is taken back by the pause itself. */
export function createBarring(base: Pick<Base, 'models' | 'log'>, gate: Gate): Barring {
  const underWay = new Map<string, Promise<void>>();
  return {
    bar(refused) {
      const { _id } = refused.sender;
      const pausing = pauseSender(base, refused).finally(() => underWay.delete(_id));
      underWay.set(_id, pausing);
      return pausing;
    },
    async gate(sender, asked) {
      await underWay.get(sender._id)?.catch(() => undefined);
      return gate(asked);
    },
  };
}
