import { randomBytes } from 'node:crypto';
import { defaultStageRules } from '#shared/stage.ts';
import type { Models } from './models/index.ts';
import type { StoredSettings } from './models/workspace.ts';

const WORKSPACE = 'workspace';
/** How long settings once read are trusted; another server's change is seen after that. */
const TRUST_MS = 1_000;

/** What the owner may change; the secrets the product made for itself stay as they are. */
export type SettingsEdit = Pick<StoredSettings, 'company' | 'timeZone' | 'currency' | 'stageRules'>;

export interface Settings {
  /** The workspace's settings; the first call ever creates them, with secrets of their own. */
  get(): Promise<StoredSettings>;
  save(edit: SettingsEdit): Promise<StoredSettings>;
}

/** Settings as stored, kept in memory for a moment after they were read. */
export function createSettings(models: Pick<Models, 'settings'>): Settings {
  let known: { settings: StoredSettings; readAt: number } | null = null;

  async function read(): Promise<StoredSettings> {
    const settings =
      (await models.settings.findById(WORKSPACE).lean<StoredSettings>()) ?? (await createOnce(models.settings));
    known = { settings, readAt: Date.now() };
    return settings;
  }

  return {
    get: async () => (known && Date.now() - known.readAt < TRUST_MS ? known.settings : read()),
    save: async ({ company, timeZone, currency, stageRules }) => {
      await read();
      await models.settings.updateOne({ _id: WORKSPACE }, { $set: { company, timeZone, currency, stageRules } });
      return read();
    },
  };
}

async function createOnce(settings: Models['settings']): Promise<StoredSettings> {
  const fresh: StoredSettings = {
    _id: WORKSPACE,
    company: '',
    timeZone: 'UTC',
    currency: 'USD',
    stageRules: [...defaultStageRules],
    linkSecret: randomBytes(32).toString('base64url'),
    ownerTokens: [],
  };
  try {
    await settings.create(fresh);
    return fresh;
  } catch (error) {
    // Another server was first, and its secret is the one that counts.
    const theirs = await settings.findById(WORKSPACE).lean<StoredSettings>();
    if (theirs) return theirs;
    throw error;
  }
}
