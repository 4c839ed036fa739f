import { type Clock, onClock, realClock } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { SkipReason } from '#shared/delivery.ts';
import { durationMs } from '#shared/duration.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import { type Sender, senderDefaults } from '#shared/sender.ts';
import type { Base } from '../base.ts';
import type { Suppression } from '../models/delivery.ts';
import { readByIds } from '../models/native.ts';
import { currentHold } from '../restore/hold.ts';
import type { Claim } from './claim.ts';
import type { Letter } from './letter.ts';
import { suppressionId } from './suppression.ts';

/** What is read of whoever is mailed: whether they may be, and what can be printed of them. */
const addresseeFields = { clock: 1, mergedInto: 1, email: 1, name: 1, profile: 1, consent: 1 } as const;
export type Addressee = Pick<Contact, '_id' | keyof typeof addresseeFields>;

/** What a claimed letter is sent with, as it stands after the claim. */
export type Ready = { letter: Letter; contact: Addressee; address: string; sender: Sender; journeyName: string };

/** Why a letter is not sent: for good, or not now. */
export type No = { letter: Letter; state: 'skipped' | 'suppressed' | 'deferred'; reason: SkipReason };

type Seen = {
  contacts: Map<string, Addressee>;
  suppressed: Set<string>;
  /** The group each active run is in now. */
  groups: Map<string, string | null>;
  journeys: Map<string, Pick<Journey, 'state' | 'name'>>;
  senders: Map<string | null, Sender>;
  clocks: Map<string, Clock>;
};

/** Looks, after the claim, whether these people may still be mailed; whoever forbids it writes first and looks second. */
export async function look(
  base: Pick<Base, 'models' | 'clocks'>,
  letters: readonly Letter[],
  {
    held,
    inHouse,
    company,
  }: { held: ReadonlyMap<string, Claim>; inHouse: (clock: string | null) => boolean; company: string },
): Promise<{ ready: Ready[]; noes: No[] }> {
  const mine = letters.filter(({ key }) => held.has(key));
  if (mine.length === 0) return { ready: [], noes: [] };
  const [seen, hold] = await Promise.all([see(base, mine), currentHold(base.models)]);
  if (hold) return { ready: [], noes: mine.map(heldBack) };
  const ready: Ready[] = [];
  const noes: No[] = [];
  for (const letter of mine) {
    const answer = judge({ letter, dueAt: held.get(letter.key)?.dueAt ?? null }, seen, (clock) =>
      inHouse(clock) ? houseSender(company) : null,
    );
    if ('reason' in answer) noes.push(answer);
    else ready.push(answer);
  }
  return { ready, noes };
}

/** `dueAt` is when it was first to go, where it was put off since. */
function judge(
  { letter, dueAt }: { letter: Letter; dueAt: Date | null },
  seen: Seen,
  spare: (clock: string | null) => Sender | null,
): Ready | No {
  const { run, to, message } = letter;
  const no = (state: No['state'], reason: SkipReason): No => ({ letter, state, reason });
  const contact = letter.example ?? seen.contacts.get(letter.contact._id);
  if (!contact) return no('skipped', 'deleted');
  // Merged since the batch read it: the next batch reads the survivor.
  if (contact.mergedInto !== null) return no('deferred', 'left');
  const journey = run && seen.journeys.get(run.journey);
  if (run) {
    const state = journey?.state;
    if (state === 'paused') return no('deferred', 'journeyPaused');
    if (state !== 'running') return no('skipped', 'journeyStopped');
    const group = seen.groups.get(run.enrollment);
    if (group === undefined) return no('skipped', 'left');
    // Moved elsewhere while still inside: the delivery stays open for the batch that meets it there.
    if (run.group !== null && group !== run.group) return no('deferred', 'left');
    const dates = { dueAt: run.dueAt, firstDueAt: dueAt ?? run.dueAt, at: letter.at };
    if (lateMsOf(dates, seen.clocks.get(contact.clock ?? '')) > durationMs(message.lateness))
      return no('skipped', 'late');
  }
  const address = to ?? contact.email;
  if (address === null || address === '') return no('skipped', 'noAddress');
  if (seen.suppressed.has(suppressionId(message.channel, address))) return no('suppressed', 'suppressed');
  // A test goes to the address its owner named, who asked for it.
  if (to === null && contact.consent.email.state !== 'given') return no('suppressed', 'noConsent');
  const sender = seen.senders.get(message.sender) ?? seen.senders.get(null) ?? spare(contact.clock);
  if (!sender) return no('skipped', 'senderMissing');
  // A test shows whether the server has changed its mind.
  if (sender.paused && to === null) return no('deferred', 'senderPaused');
  return { letter, contact, address, sender, journeyName: journey?.name ?? '' };
}

/** While everything is held: who is in a journey is mailed once it goes on; a test has to be asked for again. */
function heldBack(letter: Letter): No {
  return { letter, state: letter.run ? 'deferred' : 'skipped', reason: 'databaseRestored' };
}

/** Stands in where no sender is set up yet, for mails that stay in the built-in inbox. */
export function houseSender(company: string): Sender {
  const name = company || 'Pasture';
  const email = 'hello@pasture.example';
  return { ...senderDefaults, _id: '', name, email, replyTo: null, postalAddress: name, isDefault: false };
}

/**
 * How late a message is on its contact's clock: from when it was first to go, however often it was put off since. On a
 * scaled clock work takes no time, so that only a batch that itself began late counts as late.
 */
function lateMsOf(
  { dueAt, firstDueAt, at }: { dueAt: Date; firstDueAt: Date; at: Date },
  clock: Clock | undefined,
): number {
  if (clock !== undefined && clock.scale !== 1) return at.getTime() - dueAt.getTime();
  return onClock(clock ?? realClock, new Date()).getTime() - firstDueAt.getTime();
}

/** Who has gone on, or stands aside, may be sent something again by hand; who was taken out may not. */
async function goneOn(
  { enrollments }: Base['models'],
  runs: NonNullable<Letter['run']>[],
): Promise<{ _id: string; group: null }[]> {
  const ids = runs.filter(({ group }) => group === null).map(({ enrollment }) => enrollment);
  if (ids.length === 0) return [];
  const rows = await enrollments
    .find({ _id: { $in: ids }, state: { $in: ['completed', 'failed'] } }, { _id: 1 })
    .lean<{ _id: string }[]>();
  return rows.map(({ _id }) => ({ _id, group: null }));
}

async function see({ models, clocks }: Pick<Base, 'models' | 'clocks'>, letters: readonly Letter[]): Promise<Seen> {
  const runs = letters.flatMap(({ run }) => run ?? []);
  const [contacts, enrollments, journeys, stored] = await Promise.all([
    readByIds<Contact, Addressee>(
      models.contacts,
      letters.map(({ contact }) => contact._id),
      { fields: addresseeFields },
    ),
    readByIds<Enrollment, Pick<Enrollment, '_id' | 'group'>>(
      models.enrollments,
      runs.map(({ enrollment }) => enrollment),
      { only: { state: 'active' }, fields: { group: 1 } },
    ),
    models.journeys
      .find({ _id: { $in: [...new Set(runs.map(({ journey }) => journey))] } }, { state: 1, name: 1 })
      .lean<Pick<Journey, '_id' | 'state' | 'name'>[]>(),
    models.senders.find().lean<Sender[]>(),
  ]);
  const addresses = letters.map(({ to, message }, index) => ({ to, message, contact: letters[index]?.contact._id }));
  const byId = new Map(contacts.map((contact) => [contact._id, contact]));
  const ids = addresses.flatMap(({ to, message, contact }) => {
    const address = to ?? byId.get(contact ?? '')?.email;
    return address ? [suppressionId(message.channel, address)] : [];
  });
  const suppressions = await readByIds<Suppression>(models.suppressions, ids, { fields: { _id: 1 } });
  const named = [...new Set(contacts.flatMap(({ clock }) => clock ?? []))];
  const known = await Promise.all(named.map(async (id): Promise<[string, Clock]> => [id, await clocks.get(id)]));
  const senders = stored.map((sender) => ({ ...senderDefaults, ...sender }));
  const standard = senders.find(({ isDefault }) => isDefault);
  return {
    contacts: byId,
    suppressed: new Set(suppressions.map(({ _id }) => _id)),
    groups: new Map([...enrollments, ...(await goneOn(models, runs))].map(({ _id, group }) => [_id, group])),
    journeys: new Map(journeys.map((journey) => [journey._id, journey])),
    senders: new Map<string | null, Sender>([
      ...(standard ? [[null, standard] as const] : []),
      ...senders.map((sender) => [sender._id, sender] as const),
    ]),
    clocks: new Map(known),
  };
}
