import { nanoid } from 'nanoid';
import { groupCommit } from '../group-commit.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { durably } from './durably.ts';

type Asked = { key: string; token: string };

/** Whether a mail may begin: true moves its row from `claimed` to `data_started`, durably, and only once. */
export type Gate = (asked: Asked) => Promise<boolean>;

/** The one gate of a process. Questions of all connections and batches that come together are answered by one write. */
export function createGate({ deliveries }: Pick<Models, 'deliveries'>): Gate {
  return groupCommit(async (asked: Asked[]) => {
    const flush = nanoid();
    const byToken = Map.groupBy(asked, ({ token }) => token);
    const update = { $set: { state: 'data_started' as const, flush, updatedAt: new Date() } };
    // One statement a token, so that no row is opened by the token of another.
    const counts = await Promise.all(
      [...byToken].map(([token, same]) =>
        nativeOf(deliveries).updateMany(
          { _id: { $in: same.map(({ key }) => key) }, token, state: 'claimed' },
          update,
          durably,
        ),
      ),
    );
    if (counts.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0) === asked.length)
      return asked.map(() => true);
    const opened = await deliveries
      .find({ _id: { $in: asked.map(({ key }) => key) }, flush }, { _id: 1, token: 1 })
      .lean<Pick<Delivery, '_id' | 'token'>[]>();
    const tokens = new Map(opened.map(({ _id, token }) => [_id, token]));
    return asked.map(({ key, token }) => tokens.get(key) === token);
  });
}
