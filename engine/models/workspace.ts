import type { StageRule } from '#shared/stage.ts';
import { instant, type ModelDefinition, nested, text, texts, whole } from './model.ts';

export type StoredUser = { _id: string; email: string; name: string; password: string; createdAt: Date };
export const userModel: ModelDefinition<StoredUser> = {
  collection: 'users',
  fields: { email: text, name: text, password: text, createdAt: instant },
  indexes: [[{ email: 1 }, { unique: true }]],
};

/** `_id` is the hash of the cookie. */
export type StoredSession = { _id: string; user: string; createdAt: Date; expiresAt: Date };
export const sessionModel: ModelDefinition<StoredSession> = {
  collection: 'sessions',
  fields: { user: text, createdAt: instant, expiresAt: instant },
  indexes: [[{ expiresAt: 1 }]],
};

/** `hash` is unique; the secret itself is never stored. */
export type StoredKey = {
  _id: string;
  kind: 'write' | 'api';
  name: string;
  prefix: string;
  hash: string;
  createdAt: Date;
  createdBy: string;
  lastUsedAt: Date | null;
};
export const keyModel: ModelDefinition<StoredKey> = {
  collection: 'keys',
  fields: {
    kind: text,
    name: text,
    prefix: text,
    hash: text,
    createdAt: instant,
    createdBy: text,
    lastUsedAt: instant,
  },
  indexes: [[{ hash: 1 }, { unique: true }]],
};

/** The workspace's settings (`_id` "workspace"), and the secrets the product made for itself. */
export type StoredSettings = {
  _id: string;
  company: string;
  timeZone: string;
  currency: string;
  stageRules: StageRule[];
  /** Signs tracking and unsubscribe links. */
  linkSecret: string;
  /** Hashes of the owner links printed so far; empty once there is an owner. */
  ownerTokens: string[];
};
export const settingsModel: ModelDefinition<StoredSettings> = {
  collection: 'settings',
  fields: { company: text, timeZone: text, currency: text, stageRules: nested, linkSecret: text, ownerTokens: texts },
  indexes: [],
};

/** A number that several processes watch: the listeners' revision, raised before a publication enrolls anyone. */
export type Counter = { _id: string; value: number; updatedAt: Date };
export const counterModel: ModelDefinition<Counter> = {
  collection: 'counters',
  fields: { value: whole, updatedAt: instant },
  indexes: [],
};

/** The sample shop's state (`_id` "sample"). */
export type StoredSample = {
  _id: string;
  state: 'loading' | 'ready' | 'running' | 'removing';
  pace: 'fast' | 'real';
  loaded: number;
  total: number;
  journey: string | null;
  /** Index of the next order to arrive as a live event. */
  nextOrder: number;
  /** How far the orders' dates were moved. */
  shiftDays: number;
  /** Real instant of the last progress: whoever sees it grow old carries on. */
  touchedAt: Date;
};
export const sampleModel: ModelDefinition<StoredSample> = {
  collection: 'samples',
  fields: {
    state: text,
    pace: text,
    loaded: whole,
    total: whole,
    journey: text,
    nextOrder: whole,
    shiftDays: whole,
    touchedAt: instant,
  },
  indexes: [],
};

/** Who changed what, when. */
export type Change = { _id: string; actor: string; verb: string; subject: string; at: Date };
export const changeModel: ModelDefinition<Change> = {
  collection: 'changes',
  fields: { actor: text, verb: text, subject: text, at: instant },
  indexes: [[{ at: -1 }], [{ subject: 1, at: -1 }]],
};
