import type { Client } from '@temporalio/client';
import { createActivities } from './activities/index.ts';
import type { Base } from './base.ts';
import { createBounces } from './bounces/bounces.ts';
import { createContacts } from './contacts/contacts.ts';
import { createAnswerAsks } from './deliveries/answer.ts';
import { closeAbandoned } from './deliveries/close-abandoned.ts';
import { createDeliveries } from './deliveries/deliveries.ts';
import { createEvents, type Events } from './events/events.ts';
import { createEventNames } from './events/names.ts';
import { createImports } from './imports/imports.ts';
import { createJourneys } from './journeys/journeys.ts';
import type { StoredPlan } from './models/journey.ts';
import { createSample } from './sample/sample.ts';
import { createMembers, type Members } from './segments/members.ts';
import { createSegments } from './segments/segments.ts';
import { createSettings } from './settings.ts';

/** Puts the parts together. They know each other in a circle, so some are handed on as calls that look them up later. */
export function createEngine(base: Base, client: Client) {
  const { models } = base;
  const record: Events['record'] = (event) => events.record(event);
  const settings = createSettings(models);
  const names = createEventNames({ models, settings });
  const mailRoom = createDeliveries(base, { settings, record });
  const workspaceZone = async (): Promise<string> => (await settings.get()).timeZone;
  const startClocks = (plan: StoredPlan): Promise<void> => sample.startClock(plan);

  const journeys = createJourneys({
    base,
    client,
    deliveries: mailRoom,
    record,
    answerAsks: createAnswerAsks(models),
    closeAbandoned: () => closeAbandoned(models),
    // Loaded when first needed: workers only send what is compiled.
    compileContent: async (content) => (await import('./channels/email/compile-content.ts')).compileContent(content),
    startClocks,
  });
  const { leaving, mergeRuns, enterMembers, react, starter, plans, coupons, enter } = journeys;
  const contacts = createContacts({
    models,
    settings,
    names,
    mergeRuns,
    leave: (contact, reason) => leaving.leave(contact, reason),
    takeBack: (whose, to, reason) => mailRoom.takeBack(whose, to, reason),
    record,
  });
  const members: Members = createMembers(base, { enterMembers });
  const events: Events = createEvents(base, { react, members, contacts });
  const segments = createSegments(base);
  const imports = createImports(base, { contacts, members, names, startImport: (job) => starter.import(job) });
  const bounces = createBounces({ base, settings, record, withdraw: (said) => contacts.setConsent(said) });
  const sample = createSample(base, { contacts, events, members });
  const walk = { base, deliveries: mailRoom, coupons, workspaceZone, plans, starter, leaving };
  const activities = createActivities({
    walk,
    entry: { enter, members, startClocks },
    importPage: (job) => imports.importPage(job),
  });
  return {
    base,
    settings,
    names,
    mailRoom,
    bounces,
    journeys,
    contacts,
    members,
    events,
    segments,
    imports,
    sample,
    walk,
    activities,
    workspaceZone,
  };
}
export type Engine = ReturnType<typeof createEngine>;
