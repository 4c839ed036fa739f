import type { Connection } from 'mongoose';
import { clockModel } from './clock.ts';
import { companyModel } from './company.ts';
import { contactModel } from './contact.ts';
import { couponModel, couponPoolModel } from './coupon.ts';
import { deliveryModel, inboxMailModel, quietHostModel, senderModel, suppressionModel } from './delivery.ts';
import { enrollmentModel, passageModel } from './enrollment.ts';
import { eventModel, eventNameModel, rejectedEventModel } from './event.ts';
import { holdModel } from './hold.ts';
import { identityModel } from './identity.ts';
import { importErrorModel, importModel, uploadModel } from './import.ts';
import { journeyModel, planModel } from './journey.ts';
import { defineModel } from './model.ts';
import { returnPathModel } from './return-path.ts';
import { permitModel, waitingLineModel } from './permit.ts';
import { memberModel, segmentModel, timeReadingModel } from './segment.ts';
import {
  changeModel,
  counterModel,
  keyModel,
  sampleModel,
  sessionModel,
  settingsModel,
  userModel,
} from './workspace.ts';

/** Every noun the product keeps, on one connection. */
export function createModels(connection: Connection) {
  return {
    contacts: defineModel(connection, contactModel),
    companies: defineModel(connection, companyModel),
    identities: defineModel(connection, identityModel),
    events: defineModel(connection, eventModel),
    rejectedEvents: defineModel(connection, rejectedEventModel),
    eventNames: defineModel(connection, eventNameModel),
    segments: defineModel(connection, segmentModel),
    members: defineModel(connection, memberModel),
    timeReadings: defineModel(connection, timeReadingModel),
    journeys: defineModel(connection, journeyModel),
    plans: defineModel(connection, planModel),
    enrollments: defineModel(connection, enrollmentModel),
    passages: defineModel(connection, passageModel),
    coupons: defineModel(connection, couponModel),
    couponPools: defineModel(connection, couponPoolModel),
    deliveries: defineModel(connection, deliveryModel),
    senders: defineModel(connection, senderModel),
    suppressions: defineModel(connection, suppressionModel),
    quietHosts: defineModel(connection, quietHostModel),
    permits: defineModel(connection, permitModel),
    waitingLines: defineModel(connection, waitingLineModel),
    returnPaths: defineModel(connection, returnPathModel),
    inbox: defineModel(connection, inboxMailModel),
    clocks: defineModel(connection, clockModel),
    uploads: defineModel(connection, uploadModel),
    imports: defineModel(connection, importModel),
    importErrors: defineModel(connection, importErrorModel),
    users: defineModel(connection, userModel),
    sessions: defineModel(connection, sessionModel),
    keys: defineModel(connection, keyModel),
    settings: defineModel(connection, settingsModel),
    counters: defineModel(connection, counterModel),
    holds: defineModel(connection, holdModel),
    samples: defineModel(connection, sampleModel),
    changes: defineModel(connection, changeModel),
  };
}
export type Models = ReturnType<typeof createModels>;

/** Indexes that earlier builds made and nothing asks for any more. */
const RETIRED = [
  ['deliveries', 'contact_1_sentAt_-1'],
  ['deliveries', 'journey_1_step_1_state_1__id_1'],
  ['enrollments', 'contact_1_state_1'],
] as const;

/** Builds all indexes and drops those retired; a repeat changes nothing. */
export async function buildIndexes(models: Models): Promise<void> {
  for (const model of Object.values(models)) {
    await model.createCollection().catch(unlessNamed('NamespaceExists'));
    await model.createIndexes();
  }
  for (const [noun, name] of RETIRED) await models[noun].collection.dropIndex(name).catch(unlessNamed('IndexNotFound'));
}

/** Lets a fault of one name pass: another server was first. */
function unlessNamed(codeName: string) {
  return (error: unknown): void => {
    if (!(error instanceof Error && 'codeName' in error && error.codeName === codeName)) throw error;
  };
}
