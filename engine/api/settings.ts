import { IANAZone } from 'luxon';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { StoredSettings } from '../models/workspace.ts';
import type { Settings } from '../settings.ts';
import type { Handlers } from './handler.ts';
import { wrongFields } from './problem.ts';

/** What the owner may change about the workspace. */
export function settingsHandlers({
  models,
  settings,
}: Pick<Base, 'models'> & { settings: Settings }): Handlers<'getSettings' | 'saveSettings'> {
  const changes = createChanges(models);
  return {
    getSettings: async () => settingsBody(await settings.get()),
    saveSettings: async ({ body, actor }) => {
      if (!IANAZone.isValidZone(body.timeZone)) {
        throw wrongFields([
          { path: 'timeZone', message: 'must be a time zone such as Europe/Berlin or Asia/Shanghai' },
        ]);
      }
      const saved = await settings.save(body);
      await changes.note(actor, 'changed', 'settings');
      return settingsBody(saved);
    },
  };
}

function settingsBody({ company, timeZone, currency, stageRules }: StoredSettings) {
  return { company, timeZone, currency, stageRules };
}
