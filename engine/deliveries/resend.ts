import { nanoid } from 'nanoid';
import type { Chosen, Resent } from '#shared/api/deliveries.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Message } from '#shared/message.ts';
import { definitionOf, type Step } from '#shared/steps/index.ts';
import type { Base } from '../base.ts';
import type { Coupons, Holder } from '../coupons/issue.ts';
import type { Plans } from '../journeys/plans.ts';
import { insertNew } from '../models/insert-new.ts';
import type { StoredPlan } from '../models/journey.ts';
import { nativeOf } from '../models/native.ts';
import { chosenRows } from './chosen.ts';
import { durably } from '../models/durably.ts';
import type { Letter } from './letter.ts';
import type { SendLetters } from './send-letters.ts';

/**
 * Sends mails again, each under a new key with who asked for it; answers the new deliveries by their state, how many
 * could not be sent again and why, and how many of all are left for another call.
 */
export type Resend = (chosen: Chosen, actor: string) => Promise<Resent>;

export type ResendDeps = {
  base: Pick<Base, 'models' | 'clocks'>;
  plans: Pick<Plans, 'find'>;
  coupons: Pick<Coupons, 'heldBy'>;
  mailRoom: { sendLetters: SendLetters };
};

/** As many of all as can be sent while a request waits. */
const AT_ONCE = 100;

/** Sends again through the delivery record and the gate, like everything else. */
export function createResend(deps: ResendDeps): Resend {
  const { deliveries } = deps.base.models;
  return async (chosen, actor) => {
    const rows = chosenRows(chosen, ['unknown', 'failed']);
    const most = chosen.kind === 'these' ? chosen.ids.length : AT_ONCE;
    const impossible = { contactGone: 0, messageGone: 0, test: 0, repeated: 0 };
    const letters: Letter[] = [];
    let left = 0;
    for await (const row of deliveries.find(rows).lean<Delivery[]>().cursor()) {
      if (letters.length === most) {
        const { contactGone, messageGone, test } = impossible;
        left = (await deliveries.countDocuments(rows)) - contactGone - messageGone - test;
        break;
      }
      const letter = await letterFor(deps, row, actor);
      if (typeof letter === 'string') impossible[letter]++;
      else letters.push(letter);
    }
    if (letters.length === 0) return { outcomes: {}, left, impossible };
    const token = `resend/${nanoid(10)}`;
    await deps.mailRoom.sendLetters({ letters, token });
    return { outcomes: await outcomesOf(deps, letters), left, impossible };
  };
}

type Impossible = keyof Resent['impossible'];
type Said = { contact: Contact; plan: StoredPlan; step: Step; message: Message; content: Letter['content'] };

/** Looks first whether a delivery can be sent again, so that one that cannot is not taken for repeated. */
async function letterFor(deps: ResendDeps, row: Delivery, actor: string): Promise<Letter | Impossible> {
  if (row.enrollment === null) return 'test';
  const said = await saidIn(deps, row);
  if (typeof said === 'string') return said;
  const key = await newKey(deps, row, actor);
  return key === null ? 'repeated' : letterOf(deps, row, { key, actor, said });
}

/** The message of the plan that its person took, and that person; or which of the two is gone. */
async function saidIn(
  { base, plans }: ResendDeps,
  { contact, plan, step }: Delivery,
): Promise<Said | 'contactGone' | 'messageGone'> {
  const [person, found] = await Promise.all([
    base.models.contacts.findById(contact).lean<Contact>(),
    plans.find(plan ?? ''),
  ]);
  if (!person) return 'contactGone';
  const said = found?.steps[step ?? ''];
  const message = said && definitionOf(said).message(said);
  const content = found?.contents[step ?? ''];
  if (!found || !said || !message || !content) return 'messageGone';
  return { contact: person, plan: found, step: said, message, content };
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

/** With what its person holds. */
async function letterOf(
  { base, coupons }: ResendDeps,
  { _id, enrollment, ask }: Delivery,
  { key, actor, said: { contact, plan, step, message, content } }: { key: string; actor: string; said: Said },
): Promise<Letter> {
  const run = await base.models.enrollments.findById(enrollment, { node: 1, path: 1 }).lean<Holder>();
  const held = await coupons.heldBy(plan, run ? [run] : []);
  const at = await base.clocks.now(contact.clock ?? REAL_CLOCK);
  const action = step.brief.callToAction;
  return {
    key,
    contact,
    example: null,
    to: null,
    message,
    content,
    at,
    coupons: held.get(enrollment ?? '') ?? {},
    ask: ask && action && { label: action.label, link: action.link, proof: ask.proof, until: ask.until },
    run: {
      journey: plan.journey,
      plan: plan._id,
      step: step.id,
      stepName: step.name,
      source: plan.sources[step.id] ?? '',
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
