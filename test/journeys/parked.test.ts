import { afterAll, beforeAll, expect, it } from 'vitest';
import { walkOne } from '../support/walk-one.ts';
import { createEnter, type Newcomer } from '#engine/journeys/enter.ts';
import { exitRows } from '#engine/journeys/exit-rows.ts';
import { recount } from '#engine/journeys/recount.ts';
import { createReports } from '#engine/report/reports.ts';
import { nativeOf } from '#engine/models/native.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

const aDay = { kind: 'after', duration: { amount: 1, unit: 'day' } } as const;
const agreed = { kind: 'all', of: [{ kind: 'consent', channel: 'email', given: true }] } as const;

/** A fork about consent: whoever's consent is not even there cannot be decided about. */
function fork() {
  return draw(
    [
      step('fork', 'branch', { ways: [{ id: 'agreed', label: 'Agreed', condition: agreed }] }),
      step('hello', 'message', { message: says('Hello') }),
      step('end', 'exit'),
    ],
    ['fork.agreed -> hello', 'fork.else -> end', 'hello -> end'],
  );
}

async function newcomers(count: number): Promise<Newcomer[]> {
  const contacts = await Promise.all(Array.from({ length: count }, () => engine.contact()));
  return contacts.map((contact) => ({
    contact,
    occasion: 'once',
    key: '',
    countsFrom: new Date(),
    entryEvent: null,
  }));
}

async function parkedBesideAnother() {
  const people = await newcomers(2);
  const [broken = '', sound = ''] = people.map(({ contact }) => contact);
  await nativeOf(engine.models.contacts).updateOne({ _id: broken }, { $unset: { 'consent.email': 1 } } as object);
  const journey = await engine.publish(fork());
  const plan = await engine.journeys.plans.get(`${journey}/v1`);
  await engine.journeys.enter({ plan, people, group: `${plan._id}/both`, queue: 'live' });
  const runs = new Map((await travellers.rows(journey)).map(({ contact, _id }) => [contact, _id]));
  const [id = '', other = ''] = [runs.get(broken), runs.get(sound)];
  await travellers.until(id, { state: 'failed', ending: { kind: 'failed', code: 'undecidable' }, group: null });
  return { broken, sound, journey, id, other };
}

async function heal(contact: string): Promise<void> {
  const consent = { state: 'given', at: new Date(), source: 'test' } as const;
  await nativeOf(engine.models.contacts).updateOne({ _id: contact }, { $set: { 'consent.email': consent } });
}

it('a condition that cannot be decided about one person parks that person, and the others of the batch go on', async () => {
  const { broken, sound, id, other } = await parkedBesideAnother();
  await travellers.completes(other);
  expect(await travellers.mailsTo(sound)).toEqual(['Hello']);
  await heal(broken);
  expect(await engine.journeys.byHand.retry(id)).toBe(true);
  await travellers.completes(id);
  expect(await travellers.way(id)).toEqual(['fork.agreed', 'hello.next', 'end.end']);
});

it('a wait for a deadline that makes no sense parks its person, and the others of the batch wait', async () => {
  const gift = step('gift', 'coupon', { message: says('Gift', '{{ coupon.code }}'), deadline: aDay });
  const journey = await engine.publish(
    draw([gift, step('end', 'exit')], ['gift.redeemed -> end', 'gift.expired -> end']),
  );
  const plan = await engine.journeys.plans.get(`${journey}/v1`);
  const people = await newcomers(2);
  // The rows alone, without a workflow: the batches are called here as Temporal would call them.
  const enter = createEnter(engine.base, { ...engine.journeys.starter, group: async () => {} }, async () => {});
  const [id = '', other = ''] = await enter({ plan, people, group: 'key', queue: 'live' });
  const batch = { plan: plan._id, key: 'key', ids: [id, other], at: new Date().toISOString() };
  await walkOne(engine.walk, { ...batch, node: 'gift' }, { id: 'run/1', token: 'run/1#1' });
  await nativeOf(engine.models.coupons).updateOne({ enrollment: id }, { $set: { deadline: 'soon' } } as object);
  const attempt = { id: 'run/2', token: 'run/2#1' };
  await walkOne(engine.walk, { ...batch, node: 'gift.redemption' }, attempt);
  expect(await travellers.row(id)).toMatchObject({ state: 'failed', ending: { code: 'undecidable' }, group: null });
  expect(await travellers.row(other)).toMatchObject({ state: 'active', registered: true });
});

it('who is parked can be taken out by hand, once, and the figures balance', async () => {
  const { journey, id, other } = await parkedBesideAnother();
  await travellers.completes(other);
  const reports = createReports(engine.models);
  expect(await reports.report(journey)).toMatchObject({ entered: 2, failed: 1, completed: 1 });
  expect(await engine.journeys.byHand.exit(id)).toBe(true);
  expect(await engine.journeys.byHand.exit(id)).toBe(false);
  expect(await engine.journeys.byHand.retry(id)).toBe(false);
  expect(await travellers.row(id)).toMatchObject({ state: 'exited', ending: { kind: 'exited', reason: 'manual' } });
  const after = await createReports(engine.models).report(journey);
  expect(after).toMatchObject({ entered: 2, waiting: 0, failed: 0, completed: 1, exited: 1 });
  expect(after?.steps.find((each) => each.step === 'fork')).toMatchObject({ entered: 2, passed: 1, exited: 1 });
  expect(await recount(engine.models, `${journey}/v1`)).toBe(false);
});

it('who is parked and withdraws their consent leaves, and is not mailed when somebody tries again', async () => {
  const { broken, id } = await parkedBesideAnother();
  await engine.journeys.leaving.leave(broken, 'unsubscribed');
  expect(await travellers.row(id)).toMatchObject({ state: 'exited', ending: { reason: 'unsubscribed' } });
  expect(await engine.journeys.byHand.retry(id)).toBe(false);
});

it('of two reasons to leave from one place the first is written and counted, the second is not', async () => {
  const { journey, id } = await parkedBesideAnother();
  const seen = await travellers.row(id);
  const { base, journeys } = engine;
  expect(await exitRows(base, journeys.plans, [seen], 'goal')).toEqual([id]);
  expect(await exitRows(base, journeys.plans, [seen], 'manual')).toEqual([]);
  expect(await engine.models.passages.findById(`${id}@${seen.seq}`).lean()).toMatchObject({
    edges: { 'exit:goal': 1 },
  });
  expect(await recount(engine.models, `${journey}/v1`)).toBe(false);
});

it('a message that nobody will send any more, because its person was taken past it, is closed', async () => {
  const endless = says('Hello', '{% for i in (1..contact.loops) %}{{ i }}{% endfor %} hi');
  const journey = await engine.publish(
    draw([step('hello', 'message', { message: endless }), step('end', 'exit')], ['hello -> end']),
  );
  const contact = await engine.contact();
  await engine.models.contacts.updateOne({ _id: contact }, { $set: { 'profile.loops': 1_000_000_000 } });
  const id = await travellers.entered(journey, contact);
  await travellers.until(id, { state: 'failed', ending: { kind: 'failed', code: 'messageTemplate' } });
  const delivery = () => engine.models.deliveries.findById(`${id}|hello`).lean();
  expect(await delivery()).toMatchObject({ state: 'deferred' });
  expect(await engine.journeys.byHand.skip(id, 'next')).toBe(true);
  await travellers.completes(id);
  expect(await delivery()).toMatchObject({ state: 'skipped', reason: 'left' });
  expect(await travellers.mailsTo(contact)).toEqual([]);
});
