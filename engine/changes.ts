import { nanoid } from 'nanoid';
import type { Actor } from './api/handler.ts';
import type { Models } from './models/index.ts';

/** Who changed what: every change names its actor. */
export interface Changes {
  /** Notes one change; `verb` such as "published", `subject` such as "journey:abc". */
  note(actor: Actor | string, verb: string, subject: string): Promise<void>;
}

/** Keeps changes in the database. */
export function createChanges(models: Pick<Models, 'changes'>): Changes {
  return {
    note: async (actor, verb, subject) => {
      const name = typeof actor === 'string' ? actor : actorName(actor);
      await models.changes.create({ _id: nanoid(), actor: name, verb, subject, at: new Date() });
    },
  };
}

/** An actor as stored beside what they changed: kind and name, for example "user:Ada" or "key:Shop". */
export function actorName({ kind, name }: Actor): string {
  return `${kind}:${name}`;
}
