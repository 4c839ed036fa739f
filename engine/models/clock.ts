import type { Clock } from '#shared/clock.ts';
import { instant, type ModelDefinition, whole } from './model.ts';

export const clockModel: ModelDefinition<Clock> = {
  collection: 'clocks',
  fields: { origin: instant, startedAt: instant, scale: whole, scaledUntil: instant },
  indexes: [],
};
