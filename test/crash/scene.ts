import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Models } from '#engine/models/index.ts';
import type { StoredPlan } from '#engine/models/journey.ts';
import type { Received } from '../support/smtp-sink.ts';

/** What of a mail in the ledger is looked at. */
export type Mail = Pick<Received, 'to' | 'key' | 'messageId' | 'dataAt'>;

/** Somebody said no to mails of a contact, a run or a journey, was answered at `at`, and may have taken it back at `until`. */
export type No = { at: Date; until?: Date } & ({ contact: string } | { enrollment: string } | { journey: string });

/** What a run left behind: the journey, the outside world's ledger, who said no, and which events were answered 2xx. */
export type Evidence = {
  models: Models;
  journey: string;
  ledger: readonly Mail[];
  noes?: No[];
  accepted?: string[];
};

/** What is looked at. */
export type Scene = {
  models: Models;
  journey: string;
  rows: Enrollment[];
  plans: Map<string, StoredPlan>;
  deliveries: Map<string, Delivery>;
  ledger: Mail[];
  noes: No[];
  accepted: string[];
};

/** Reads what the database says, and what of the ledger is this journey's. */
export async function readScene({ models, journey, ledger, noes = [], accepted = [] }: Evidence): Promise<Scene> {
  return {
    models,
    journey,
    rows: await models.enrollments.find({ journey }).lean<Enrollment[]>(),
    plans: byId(await models.plans.find({ journey }).lean<StoredPlan[]>()),
    deliveries: byId(await models.deliveries.find({ journey }).lean<Delivery[]>()),
    ledger: ledger.filter(({ key }) => key.startsWith(`${journey}:`)),
    noes,
    accepted,
  };
}

/** Rows by their id. */
export function byId<Row extends { _id: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row._id, row]));
}
