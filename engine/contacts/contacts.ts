import type { IdentityRef } from '#shared/identity.ts';
import type { Deliveries } from '../deliveries.ts';
import type { EventNames } from '../events/names.ts';
import type { OwnEvent } from '../events/own-event.ts';
import type { Models } from '../models/index.ts';
import type { Settings } from '../settings.ts';
import { writeCompanies } from './companies.ts';
import { type ConsentSaid, followConsent, setConsent } from './consent.ts';
import type { ContactSeed } from './fresh.ts';
import { createMerges } from './merge.ts';
import { project, type ProjectDeps } from './project.ts';
import { remove } from './remove.ts';
import { createResolver, type Resolved, type Sought } from './resolve.ts';
import { upsertAll, type Upserted } from './upsert.ts';

/** The people: who they are, what is known of them, and what they said about being mailed. */
export interface Contacts {
  /** The contact known by any of these identities, made when nobody is. */
  resolve(identities: readonly IdentityRef[], seed: ContactSeed): Promise<string>;
  /** The same for a page of people, in three round trips when they are plain. */
  resolveAll(sought: readonly Sought[]): Promise<Resolved[]>;
  /** Finds or makes a page of people and writes what is newly known of them; for imports. Ask `project` after. */
  upsertAll(sought: readonly Sought[]): Promise<Upserted[]>;
  /** Recomputes summaries, stage and value from the events, after writing what these tell of contacts and companies. */
  project(contactIds: readonly string[], told?: Parameters<typeof project>[2]): Promise<void>;
  /** Writes a yes or a no with its event; a no also takes back mail that is about to leave, and ends runs. */
  setConsent(said: ConsentSaid): Promise<void>;
  /** Lets take effect what live events said about consent. */
  followConsent(events: Parameters<typeof followConsent>[1]): Promise<void>;
  merge(one: string, other: string): Promise<void>;
  /** Completes merges that somebody was killed in. */
  finishMerges(): Promise<void>;
  remove(contact: string): Promise<void>;
}

/** What contacts need of the other parts. */
export type ContactDeps = {
  models: Models;
  settings: Settings;
  names: EventNames;
  mergeRuns(younger: string, older: string): Promise<void>;
  leave(contact: string, reason: 'unsubscribed' | 'deleted'): Promise<void>;
  takeBack: Deliveries['takeBack'];
  record(event: OwnEvent): Promise<void>;
};

/** Puts the verbs on contacts together over the database. */
export function createContacts(deps: ContactDeps): Contacts {
  const { models } = deps;
  const projecting: ProjectDeps = deps;
  const merges = createMerges(models, {
    mergeRuns: (younger, older) => deps.mergeRuns(younger, older),
    project: (ids) => project(projecting, ids),
  });
  const { resolveAll } = createResolver({ models, merges });
  return {
    resolveAll,
    async resolve(identities, seed) {
      const [resolved] = await resolveAll([{ identities, seed }]);
      if (!resolved) throw new Error('A contact was sought and not answered.');
      return resolved.contact;
    },
    upsertAll: (sought) => upsertAll({ models, settings: deps.settings, resolveAll }, sought),
    async project(ids, told = []) {
      await writeCompanies(models, told);
      await project(projecting, ids, told);
    },
    setConsent: (said) => setConsent(deps, said),
    followConsent: (events) => followConsent(deps, events),
    merge: merges.merge,
    finishMerges: merges.finishAll,
    remove: (contact) => remove(deps, contact),
  };
}
