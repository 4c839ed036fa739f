import type { Identity } from '#shared/identity.ts';
import { type ModelDefinition, text } from './model.ts';

export const identityModel: ModelDefinition<Identity> = {
  collection: 'identities',
  fields: { kind: text, value: text, contact: text },
  indexes: [[{ contact: 1 }]],
};
