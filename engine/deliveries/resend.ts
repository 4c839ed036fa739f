import { nanoid } from 'nanoid';
import type { Chosen } from '#shared/api/deliveries.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { Delivery } from '#shared/delivery.ts';
import { definitionOf } from '#shared/steps/index.ts';
import type { Base } from '../base.ts';
import type { Coupons } from '../coupons/issue.ts';
import type { Plans } from '../journeys/plans.ts';
import { insertNew } from '../models/insert-new.ts';
import { nativeOf } from '../models/native.ts';
import { chosenRows } from './chosen.ts';
import { durably } from './durably.ts';
import type { Letter } from './letter.ts';
import type { SendLetters } from './send-letters.ts';

/** Sends mails again, each under a new key with who asked for it; answers the new deliveries by their state. */
export type Resend = (chosen: Chosen, actor: string) => Promise<Record<string, number>>;

export type ResendDeps = {
  base: Pick<Base, 'models' | 'clocks'>;
  plans: Pick<Plans, 'find'>;
  coupons: Pick<Coupons, 'heldBy'>;
  mailRoom: { sendLetters: SendLetters };
};

/** As many as can be sent while a request waits. */
const AT_ONCE = 100;

/** Sends again through the delivery record and the gate, like everything else. */
export function createResend(deps: ResendDeps): Resend {
  const { deliveries } = deps.base.models;
  return async (chosen, actor) => {
    const rows = await deliveries
      .find({ ...chosenRows(chosen, ['unknown', 'failed']), enrollment: { $ne: null } })
      .limit(AT_ONCE)
      .lean<Delivery[]>();
    const letters: Letter[] = [];
    for (const row of rows) {
      const key = await newKey(deps, row, actor);
      const letter = key === null ? null : await letterOf(deps, row, { key, actor });
      if (letter) letters.push(letter);
    }
    if (letters.length === 0) return {};
    const token = `resend/${nanoid(10)}`;
    await deps.mailRoom.sendLetters({ letters, token, heartbeat: () => undefined });
    return outcomesOf(deps, letters);
  };
}

/**
 * Claims the right to send a delivery again, by compare-and-set on what is said of its last repeat; null when another
 * has it. A repeat that was not sent is dead, or is put to death here, before there is another.
 */
async function newKey({ base }: ResendDeps, row: Delivery, actor: string): Promise<string | null> {
  const rows = nativeOf(base.models.deliveries);
  const { _id } = row;
  const last = row.resentAs ?? null;
  if (last !== null) {
    const set = { state: 'skipped' as const, reason: 'notNow', updatedAt: new Date() };
    await rows.updateOne({ _id: last, state: 'deferred' }, { $set: set }, durably);
    // Named and not yet claimed, it may still be on its way there: the key is taken from it.
    const unused = { token: '', flush: null, response: null, sentAt: null, ask: null, resentAs: null };
    await insertNew(base.models.deliveries, [{ ...row, ...unused, ...set, _id: last, resendOf: _id, actor }]);
    const alive = ['claimed', 'data_started', 'sent', 'unknown'] as const;
    if (await rows.findOne({ _id: last, state: { $in: [...alive] } })) return null;
  }
  const key = `${_id}|${nanoid(8)}`;
  const done = await rows.updateOne(
    { _id, resentAs: last },
    { $set: { resentAs: key, updatedAt: new Date() } },
    durably,
  );
  return done.modifiedCount === 1 ? key : null;
}

/** The message of the plan that its person took, with what they hold; null when either is gone. */
async function letterOf(
  { base, plans, coupons }: ResendDeps,
  { _id, contact, plan, step, enrollment, ask }: Delivery,
  { key, actor }: { key: string; actor: string },
): Promise<Letter | null> {
  const [person, found] = await Promise.all([
    base.models.contacts.findById(contact).lean<Contact>(),
    plans.find(plan ?? ''),
  ]);
  const held = found ? await coupons.heldBy(found, [enrollment ?? '']) : new Map<string, never>();
  const said = found?.steps[step ?? ''];
  const message = said && definitionOf(said).message(said);
  const content = found?.contents[step ?? ''];
  if (!person || !found || !said || !message || !content) return null;
  const at = await base.clocks.now(person.clock ?? REAL_CLOCK);
  const action = said.brief.callToAction;
  return {
    key,
    contact: person,
    to: null,
    message,
    content,
    at,
    coupons: held.get(enrollment ?? '') ?? {},
    ask: ask && action && { label: action.label, link: action.link, proof: ask.proof, until: ask.until },
    run: {
      journey: found.journey,
      plan: found._id,
      step: said.id,
      stepName: said.name,
      source: found.sources[said.id] ?? '',
      enrollment: enrollment ?? '',
      group: null,
      dueAt: at,
    },
    resendOf: _id,
    actor,
  };
}

/** By-hand letters wait for nothing: what cannot go now is over, and may be asked for again. */
async function outcomesOf({ base }: ResendDeps, letters: readonly Letter[]): Promise<Record<string, number>> {
  const keys = letters.map(({ key }) => key);
  const rows = nativeOf(base.models.deliveries);
  const over = { state: 'skipped' as const, reason: 'notNow', updatedAt: new Date() };
  await rows.updateMany({ _id: { $in: keys }, state: { $in: ['claimed', 'deferred'] } }, { $set: over }, durably);
  const outcomes: Record<string, number> = {};
  for (const { state } of await rows
    .find({ _id: { $in: keys } })
    .project<Pick<Delivery, 'state'>>({ state: 1 })
    .toArray())
    outcomes[state] = (outcomes[state] ?? 0) + 1;
  return outcomes;
}
