import type { ContactBody, ContactRow } from '#shared/api/contacts.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Contact, Source } from '#shared/contact.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { stages } from '#shared/stage.ts';
import type { Base } from '../base.ts';
import type { Models } from '../models/index.ts';

const MOST_RUNS = 200;

/** A contact as lists show them. */
export function contactRow(contact: Contact): ContactRow {
  const { _id, name, email, phone, stage, tags, consent, firstSource, createdAt, clock } = contact;
  return {
    id: _id,
    name,
    email,
    phone,
    stage,
    tags,

    consent: consent.email.state,
    source: firstSource?.name ?? null,
    createdAt: createdAt.toISOString(),
    sample: clock !== REAL_CLOCK,
  };
}

/** A contact with everything their page shows. */
export async function contactBody(
  { models, clocks }: Pick<Base, 'models' | 'clocks'>,
  contact: Contact,
): Promise<ContactBody> {
  const { _id, userId, profile, consent, firstSource, latestSource, stageDates, timeZone, value, email } = contact;
  const [identities, suppression, clockNow, journeys] = await Promise.all([
    models.identities
      .find({ contact: _id })
      .sort({ _id: 1 })
      .limit(MOST_RUNS)
      .lean<{ kind: string; value: string }[]>(),
    email === null ? null : models.suppressions.findById(`email:${email.toLowerCase()}`).lean<{ reason: string }>(),
    clocks.now(contact.clock ?? REAL_CLOCK),
    journeysOf(models, _id),
  ]);
  return {
    ...contactRow(contact),
    userId,
    profile,
    timeZone,
    value,
    journeys,

    identities: identities.map(({ kind, value: said }) => ({ kind, value: said })),
    suppressed: suppression?.reason ?? null,
    consentAt: consent.email.at?.toISOString() ?? null,
    consentSource: consent.email.source,
    stageDates: stages.flatMap((stage) => {
      const at = stageDates[stage];
      return at ? [{ stage, at: at.toISOString() }] : [];
    }),
    firstSource: sourceBody(firstSource),
    latestSource: sourceBody(latestSource),
    clockNow: clockNow.toISOString(),
  };
}

function sourceBody(source: Source | null): ContactBody['firstSource'] {
  return source && { name: source.name, detail: source.detail, at: source.at.toISOString() };
}

async function journeysOf(models: Models, contact: string): Promise<ContactBody['journeys']> {
  const runs = await models.enrollments
    .find({ contact }, { journey: 1, state: 1, node: 1, enteredAt: 1, endedAt: 1, ending: 1 })
    .limit(MOST_RUNS)
    .lean<Enrollment[]>();
  const names = await journeyNames(
    models,
    runs.map(({ journey }) => journey),
  );
  return runs
    .toSorted((a, b) => b.enteredAt.getTime() - a.enteredAt.getTime())
    .map(({ _id, journey, state, node, enteredAt, endedAt, ending }) => ({
      enrollment: _id,
      journey,
      state,
      node,

      name: names.get(journey) ?? '',
      enteredAt: enteredAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      ending: ending && endingText(ending),
    }));
}

function endingText(ending: NonNullable<Enrollment['ending']>): string {
  switch (ending.kind) {
    case 'completed':
      return ending.kind;
    case 'exited':
      return ending.reason;
    case 'failed':
      return ending.code;
  }
}

/** The names of journeys by id. */
export async function journeyNames(
  models: Pick<Models, 'journeys'>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const journeys = await models.journeys
    .find({ _id: { $in: [...new Set(ids)] } }, { name: 1 })
    .lean<{ _id: string; name: string }[]>();
  return new Map(journeys.map(({ _id, name }) => [_id, name]));
}
