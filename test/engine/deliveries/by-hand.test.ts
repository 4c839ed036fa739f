import { beforeEach, describe, expect, test } from 'vitest';
import { createCoupons } from '#engine/coupons/issue.ts';
import type { Delivery } from '#shared/delivery.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { createResend, type Resend } from '#engine/deliveries/resend.ts';
import { createResolve, type Resolve } from '#engine/deliveries/resolve.ts';
import { createPlans } from '#engine/journeys/plans.ts';
import { mailsOf } from '#engine/report/mails.ts';
import type { StoredPlan } from '#engine/models/journey.ts';
import { says, step } from '../../support/drawing.ts';
import { mailTalk, settled } from '../../support/mail-talk.ts';
import { storedDelivery } from '../../support/stored-delivery.ts';

const talk = mailTalk();
const { send, rowOf, people } = talk;
let resolve: Resolve;
let resendAll: Resend;
/** The new deliveries by their state. */
const resend = async (...asked: Parameters<Resend>) => (await resendAll(...asked)).outcomes;
const ADA = 'user:Ada';

beforeEach(async () => {
  const { base, plan } = talk.world;
  await base.models.plans.create({
    ...plan,
    steps: { hello: step('hello', 'message', { message: says('Again') }) },
  } satisfies StoredPlan);
  const mailRoom = talk.world.open(talk.sink.url);
  resolve = createResolve(base);
  resendAll = createResend({ base, plans: createPlans(base.models), coupons: createCoupons(base.models), mailRoom });
});

/** People whose mail server never said whether it took their mail. */
async function unknowns(count: number): Promise<Outgoing[]> {
  const all = await people(count);
  talk.script.dot = () => 'silence';
  await send(talk.world.open(`${talk.sink.url}?maxConnections=20`), all);
  delete talk.script.dot;
  for (const one of all) expect(await rowOf(one)).toMatchObject({ state: 'unknown', reason: 'noAnswer' });
  return all;
}

const these = (...all: Outgoing[]) => ({ kind: 'these' as const, ids: all.map(({ key }) => key) });
const again = (one: Outgoing) => talk.world.base.models.deliveries.findOne({ resendOf: one.key }).lean();
const figures = async () => {
  const rows = await talk.world.base.models.deliveries.find().lean();
  return mailsOf(rows).get('hello');
};

describe('what nobody knows is decided by hand', () => {
  test('as arrived or as not, with who decided; the journey’s figures follow, and a second decision changes nothing', async () => {
    const [one, two, three] = await unknowns(3);
    if (!one || !two || !three) throw new Error('Nobody there.');
    expect(await resolve(these(one), 'sent', ADA)).toBe(1);
    expect(await resolve(these(two), 'failed', ADA)).toBe(1);
    expect(await rowOf(one)).toMatchObject({ state: 'sent', reason: 'byHand', actor: ADA, sentAt: one.at });
    expect(await rowOf(two)).toMatchObject({ state: 'failed', reason: 'byHand', actor: ADA });
    expect(await figures()).toMatchObject({ sent: 1, failed: 1, unknown: 1 });
    expect(await resolve(these(one, two), 'failed', 'user:Bob')).toBe(0);
    expect(await rowOf(one)).toMatchObject({ state: 'sent', actor: ADA });
    expect((await send(talk.world.open(talk.sink.url), [one], 'batch/2')).get(one.key)).toEqual(
      settled('sent', 'byHand'),
    );
    expect(talk.sink.ledger).toHaveLength(3);
  });

  test('for all of a journey at once, and not of another', async () => {
    const all = await unknowns(3);
    const [first] = all;
    const row = first && (await rowOf(first));
    await talk.world.base.models.deliveries.insertMany([{ ...row, _id: 'other', journey: 'journey2' }]);
    expect(await resolve({ kind: 'unknown', journey: 'journey1' }, 'failed', ADA)).toBe(3);
    expect(await talk.world.base.models.deliveries.countDocuments({ state: 'unknown' })).toBe(1);
    expect(await resolve({ kind: 'unknown' }, 'sent', ADA)).toBe(1);
  });

  test('but what is sent, failed or put off is not', async () => {
    const ada = await talk.world.person('Ada');
    await send(talk.world.open(talk.sink.url), [ada]);
    expect(await resolve(these(ada), 'failed', ADA)).toBe(0);
    expect(await rowOf(ada)).toMatchObject({ state: 'sent', actor: null });
  });
});

describe('what nobody knows is sent again by hand', () => {
  test('once, under a new key with who asked for it, however often the button is pressed', async () => {
    const [ada] = await unknowns(1);
    if (!ada) throw new Error('Nobody there.');
    talk.sink.ledger.length = 0;
    const answers = await Promise.all([1, 2, 3].map(() => resend(these(ada), ADA)));
    expect(answers.reduce((sum, { sent = 0 }) => sum + sent, 0)).toBe(1);
    const row = await again(ada);
    expect(row).toMatchObject({ state: 'sent', actor: ADA, resendOf: ada.key, enrollment: ada.enrollment._id });
    expect(talk.sink.ledger).toMatchObject([{ to: 'person0@people.test', key: row?._id }]);
    expect(await rowOf(ada)).toMatchObject({ state: 'unknown', resentAs: row?._id });
    expect(await resend({ kind: 'unknown' }, ADA)).toEqual({});
  });

  test('once, also when it is pressed again before the first press has claimed its mail', async () => {
    const [ada] = await unknowns(1);
    if (!ada) throw new Error('Nobody there.');
    talk.sink.ledger.length = 0;
    const { base } = talk.world;
    const coupons = createCoupons(base.models);
    const pressedAgain: Record<string, number>[] = [];
    const slow = createResend({
      base,
      plans: createPlans(base.models),
      coupons: {
        async heldBy(...asked) {
          pressedAgain.push(await resend(these(ada), 'user:Bob'));
          return coupons.heldBy(...asked);
        },
      },
      mailRoom: talk.world.open(talk.sink.url),
    });
    expect((await slow(these(ada), ADA)).outcomes).toEqual({ skipped: 1 });
    expect(pressedAgain).toEqual([{ sent: 1 }]);
    expect(talk.sink.ledger).toHaveLength(1);
  });

  test('also to people who have gone on to the end, but to nobody who was taken out, unsubscribed or is suppressed', async () => {
    const [done, out, gone, blocked] = await unknowns(4);
    if (!done || !out || !gone || !blocked) throw new Error('Nobody there.');
    const { enrollments, contacts, suppressions } = talk.world.base.models;
    await enrollments.updateOne({ _id: done.enrollment._id }, { $set: { state: 'completed', group: null } });
    await enrollments.updateOne({ _id: out.enrollment._id }, { $set: { state: 'exited', group: null } });
    const no = { state: 'withdrawn' as const, at: new Date(), source: 'test' };
    await contacts.updateOne({ _id: gone.contact._id }, { $set: { consent: { email: no } } });
    const at = new Date();
    await suppressions.create({ _id: `email:${blocked.contact.email}`, reason: 'bounced', at, contact: null });
    talk.sink.ledger.length = 0;
    expect(await resend({ kind: 'unknown' }, ADA)).toEqual({ sent: 1, skipped: 1, suppressed: 2 });
    expect(talk.sink.ledger.map(({ to }) => to)).toEqual([done.contact.email]);
    await talk.world.base.models.journeys.updateOne({}, { $set: { state: 'stopped' } });
    expect(await resend(these(out), ADA)).toEqual({ skipped: 1 });
  });

  test('what cannot go at that moment is over, and may be asked for again', async () => {
    const [ada] = await unknowns(1);
    if (!ada) throw new Error('Nobody there.');
    talk.script.rcpt = () => ({ say: '450 4.2.0 greylisted' });
    expect(await resend(these(ada), ADA)).toEqual({ skipped: 1 });
    expect(await again(ada)).toMatchObject({ state: 'skipped', reason: 'notNow' });
    delete talk.script.rcpt;
    expect(await resend(these(ada), ADA)).toEqual({ sent: 1 });
  });

  test('except to whom it cannot, whose number and reason are told, and who keep nobody else from theirs', async () => {
    const { deliveries } = talk.world.base.models;
    const unknown = (id: string, change: Partial<Delivery>) =>
      storedDelivery({ _id: id, state: 'unknown', enrollment: id, plan: 'plan1', step: 'hello', ...change });
    await talk.world.person('Someone');
    await deliveries.insertMany([
      ...Array.from({ length: 120 }, (_, nth) => unknown(`a${nth}`, { contact: 'deleted' })),
      unknown('b', { contact: 'someone', plan: 'removed' }),
      unknown('c', { contact: 'someone', enrollment: null }),
    ]);
    const [ada] = await unknowns(1);
    if (!ada) throw new Error('Nobody there.');
    const impossible = { contactGone: 120, messageGone: 1, test: 1, repeated: 0 };
    expect(await resendAll({ kind: 'unknown' }, ADA)).toEqual({ outcomes: { sent: 1 }, left: 0, impossible });
    expect(await resendAll({ kind: 'unknown' }, ADA)).toEqual({ outcomes: {}, left: 0, impossible });
    expect(await deliveries.countDocuments({ state: 'unknown', resentAs: null })).toBe(122);
    const { impossible: again } = await resendAll(these(ada), ADA);
    expect(again).toEqual({ contactGone: 0, messageGone: 0, test: 0, repeated: 1 });
  });

  test('a repeat that nobody knows of either may be decided and sent again itself', async () => {
    const [ada] = await unknowns(1);
    if (!ada) throw new Error('Nobody there.');
    talk.script.dot = () => 'silence';
    expect(await resend(these(ada), ADA)).toEqual({ unknown: 1 });
    delete talk.script.dot;
    const second = await again(ada);
    expect(await resend({ kind: 'these', ids: [second?._id ?? ''] }, ADA)).toEqual({ sent: 1 });
    expect(await resolve(these(ada), 'failed', ADA)).toBe(1);
  });
});
