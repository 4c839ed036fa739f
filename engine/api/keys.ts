import { nanoid } from 'nanoid';
import type { KeyRow } from '#shared/api/workspace.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { StoredKey } from '../models/workspace.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import type { Handlers } from './handler.ts';
import { notFound } from './problem.ts';

/** So that a secret found somewhere says what it opens. */
const prefixes = { write: 'pasture_write_', api: 'pasture_api_' } satisfies Record<StoredKey['kind'], string>;
const SHOWN_SIGNS = 4;

/** Keys of other systems; a secret is shown once, when it is made. */
export function keyHandlers({ models }: Pick<Base, 'models'>): Handlers<'listKeys' | 'createKey' | 'revokeKey'> {
  const changes = createChanges(models);
  return {
    listKeys: async () => {
      const keys = await models.keys.find().sort({ _id: 1 }).lean<StoredKey[]>();
      return { rows: keys.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).map(keyRow) };
    },
    createKey: async ({ body: { kind, name }, actor }) => {
      const secret = prefixes[kind] + createSecret();
      const key: StoredKey = {
        _id: nanoid(),
        kind,
        name,
        prefix: secret.slice(0, prefixes[kind].length + SHOWN_SIGNS),
        hash: hashSecret(secret),
        createdAt: new Date(),
        createdBy: actor.name,
        lastUsedAt: null,
      };
      await models.keys.create(key);
      await changes.note(actor, 'created', `key:${key._id}`);
      return { ...keyRow(key), secret };
    },
    revokeKey: async ({ params, actor }) => {
      const { deletedCount } = await models.keys.deleteOne({ _id: params.id ?? '' });
      if (deletedCount === 0) throw notFound('key');
      await changes.note(actor, 'revoked', `key:${params.id}`);
    },
  };
}

function keyRow({ _id, kind, name, prefix, createdAt, lastUsedAt }: StoredKey): KeyRow {
  return {
    id: _id,
    kind,
    name,
    prefix,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
