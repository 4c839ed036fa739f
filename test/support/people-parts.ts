import type { Base } from '#engine/base.ts';
import { createContacts } from '#engine/contacts/contacts.ts';
import { createEventNames } from '#engine/events/names.ts';
import { createSettings } from '#engine/settings.ts';

/** The people's part on its own: nobody is in a journey, nothing is being sent. */
export function peopleParts({ models }: Pick<Base, 'models'>) {
  const settings = createSettings(models);
  const names = createEventNames({ models, settings });
  const contacts = createContacts({
    models,
    settings,
    names,
    mergeRuns: async () => undefined,
    leave: async () => undefined,
    takeBack: async () => undefined,
    record: async () => undefined,
  });
  return { settings, names, contacts };
}
