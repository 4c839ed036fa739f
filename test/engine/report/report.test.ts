import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReports } from '#engine/report/reports.ts';
import { openApi } from '../../support/api.ts';
import { mailOf, publishedExample, runOf } from '../../support/runs.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
let journey: string;

beforeAll(async () => {
  api = await openApi();
  browser = await api.signedIn();
  const { models } = api.base;
  journey = await publishedExample(models);
  const at = new Date();
  const gone = { group: null, due: null, until: null, awaits: [], endedAt: at };
  const runs = [
    runOf(journey, 'waiting'),
    runOf(journey, 'under-way', { node: 'coupon', path: [], registered: false, until: null }),
    runOf(journey, 'redeemed', {
      ...gone,
      state: 'completed',
      node: 'back',
      ending: { kind: 'completed', step: 'back' },
      goal: { at, minor: 2_933, currency: 'USD', event: 'e' },
      path: ['issued', 'redeemed'].map((edge, index) => ({
        node: index === 0 ? 'coupon' : 'coupon.redemption',
        edge,
        at,
        batch: 'b',
      })),
    }),
    runOf(journey, 'unsubscribed', { ...gone, state: 'exited', ending: { kind: 'exited', reason: 'unsubscribed' } }),
    runOf(journey, 'parked', {
      ...gone,
      state: 'failed',
      node: 'coupon',
      ending: { kind: 'failed', code: 'emptyPool' },
    }),
  ];
  await models.enrollments.insertMany(runs);
  await models.contacts.collection.insertMany(
    runs.map(({ contact }) => ({ _id: contact, name: contact, email: null })) as never,
  );
  await models.passages.insertMany([
    { _id: 'b1', journey, plan: `${journey}/v1`, node: 'coupon', at, edges: { issued: 3 } },
    { _id: 'b2', journey, plan: `${journey}/v1`, node: 'coupon.redemption', at, edges: { redeemed: 1 } },
    { _id: 'b3', journey, plan: `${journey}/v1`, node: 'coupon.redemption', at, edges: { 'exit:unsubscribed': 1 } },
  ]);
  const [waiting, underWay, redeemed, unsubscribed, parked] = runs;
  if (!waiting || !underWay || !redeemed || !unsubscribed || !parked) throw new Error('unreachable');
  const answered = mailOf(redeemed, 'coupon', { openedAt: at, clickedAt: at });
  await models.deliveries.insertMany([
    mailOf(waiting, 'coupon', { openedAt: at, complainedAt: at }),
    mailOf(underWay, 'coupon', { state: 'failed', reason: 'smtp550', sentAt: null, bouncedAt: at }),
    { ...answered, ask: answered.ask && { ...answered.ask, answeredAt: at, minor: 2_933, currency: 'USD' } },
    mailOf(unsubscribed, 'coupon', { state: 'suppressed', reason: 'noConsent', sentAt: null }),
    { ...mailOf(parked, 'coupon'), _id: 'test|1', enrollment: null },
  ]);
});
afterAll(() => api.close());

test('entered is always waiting, completed, exited and failed together', async () => {
  const { body } = await browser.get(`/api/journeys/${journey}/report`).expect(200);
  expect(body).toMatchObject({ entered: 5, waiting: 2, completed: 1, exited: 1, failed: 1 });
  expect(body.goal).toEqual({ reached: 1, valueMinor: 2_933, currency: 'USD' });
});

test('a step shows who waits, passed, failed and left, its mails, and target against actual', async () => {
  const { body } = await browser.get(`/api/journeys/${journey}/report`);
  const coupon = body.steps.find(({ step }: { step: string }) => step === 'coupon');
  expect(coupon).toEqual({
    step: 'coupon',
    entered: 5,
    waiting: 2,
    passed: 1,
    failed: 1,
    exited: 1,
    outcomes: { redeemed: 1, expired: 0 },
    message: {
      sent: 2,
      opened: 2,
      clicked: 1,
      converted: 1,
      unsubscribed: 0,
      bounced: 1,
      complained: 1,
      failed: 1,
      unknown: 0,
      deferred: 0,
      skipped: { noConsent: 1 },
      valueMinor: 2_933,
      currency: 'USD',
    },
    target: { expected: 0.5, actual: 1 },
  });
  const back = body.steps.find(({ step }: { step: string }) => step === 'back');
  expect(back).toMatchObject({ entered: 1, passed: 1, waiting: 0, message: null, target: null });
});

test.each([
  ['waiting', 'coupon', ['under-way', 'waiting']],
  ['passed', 'coupon', ['redeemed']],
  ['entered', 'coupon', ['parked', 'redeemed', 'under-way', 'unsubscribed', 'waiting']],
  ['failed', 'coupon', ['parked']],
  ['exited', 'coupon', ['unsubscribed']],
  ['completed', 'back', ['redeemed']],
  ['sent', 'coupon', ['redeemed', 'waiting']],
  ['opened', 'coupon', ['redeemed', 'waiting']],
  ['clicked', 'coupon', ['redeemed']],
  ['converted', 'coupon', ['redeemed']],
  ['skipped', 'coupon', ['unsubscribed']],
  ['unsubscribed', 'coupon', []],
  ['bounced', 'coupon', ['under-way']],
  ['complained', 'coupon', ['waiting']],
])('behind the number "%s" of step %s are %j, as many as it says', async (figure, step, names) => {
  const { body } = await browser.get(`/api/journeys/${journey}/people?figure=${figure}&step=${step}`).expect(200);
  expect(body.rows.map(({ name }: { name: string }) => name).sort()).toEqual(names);
  expect(body.total).toBe(names.length);
});

test('the people behind a number come in pages, each once', async () => {
  const met: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await browser.get(`/api/journeys/${journey}/people?figure=entered&limit=2${query}`);
    met.push(...body.rows.map(({ name }: { name: string }) => name));
    cursor = body.cursor;
  }
  expect(met).toEqual(['parked', 'redeemed', 'under-way', 'unsubscribed', 'waiting']);
});

test('each person says what happens next, and why they stopped', async () => {
  const { body } = await browser.get(`/api/journeys/${journey}/people?figure=entered`);
  const next = Object.fromEntries(
    body.rows.map(({ name, next, reason }: Record<string, never>) => [name, [next, reason]]),
  );
  expect(next['waiting']).toEqual([{ key: 'coupon', at: expect.any(String) }, null]);
  expect(next['under-way']).toEqual([{ key: 'act', at: expect.any(String) }, null]);
  expect(next['parked']).toEqual([{ key: 'parked', at: null }, 'emptyPool']);
  expect(next['unsubscribed']).toEqual([null, 'unsubscribed']);
});

test('deliveries are listed newest first, by state and journey, page by page', async () => {
  const { body } = await browser.get(`/api/deliveries?journey=${journey}&limit=3`).expect(200);
  expect(body.total).toBe(5);
  expect(body.rows).toHaveLength(3);
  const { body: rest } = await browser.get(`/api/deliveries?journey=${journey}&limit=3&cursor=${body.cursor}`);
  const ids = [...body.rows, ...rest.rows].map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(5);
  const { body: skipped } = await browser.get('/api/deliveries?state=suppressed');
  expect(skipped.rows).toMatchObject([{ contact: 'unsubscribed', reason: 'noConsent' }]);
});

test('later numbers follow what happened since, also what came late or went away', async () => {
  const { models } = api.base;
  const reports = createReports(models);
  const stepOf = async (step: string) =>
    (await reports.report(journey))?.steps.find((figures) => figures.step === step);
  expect((await stepOf('coupon'))?.outcomes).toEqual({ redeemed: 1, expired: 0 });
  const longAgo = new Date('1997-04-15');
  await models.passages.create({
    _id: 'late',
    journey,
    plan: `${journey}/v1`,
    node: 'coupon.redemption',
    at: longAgo,
    edges: { expired: 7 },
  });
  await models.deliveries.updateOne({ _id: /waiting/ }, { $set: { clickedAt: new Date(), updatedAt: new Date() } });
  await expect
    .poll(async () => (await stepOf('coupon'))?.outcomes, { timeout: 15_000 })
    .toEqual({ redeemed: 1, expired: 7 });
  expect((await stepOf('coupon'))?.message?.clicked).toBe(2);
  await models.passages.deleteOne({ _id: 'late' });
  await expect
    .poll(async () => (await stepOf('coupon'))?.outcomes, { timeout: 15_000 })
    .toEqual({ redeemed: 1, expired: 0 });
});

test('the campaign list adds the same runs up', async () => {
  const { body } = await browser.get('/api/journeys').expect(200);
  expect(body.rows[0]).toMatchObject({
    entered: 5,
    active: 2,
    completed: 1,
    conversions: 1,
    value: { minor: 2_933, currency: 'USD' },
  });
});
