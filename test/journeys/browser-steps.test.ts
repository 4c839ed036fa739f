import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot } from '../support/browser.ts';
import {
  addBelow,
  addFromPalette,
  card,
  connect,
  dragFromPalette,
  figure,
  fillBrief,
  newJourney,
  openEntry,
  publish,
  stepId,
  untilReady,
  writeMail,
} from '../support/easel.ts';
import { openVisit, type Visit } from '../support/visit.ts';
import {
  choose,
  createKey,
  goTo,
  inputOf,
  photographFailure,
  post,
  toggle,
  track,
  untilShows,
} from '../support/visitor.ts';

let visit: Visit;
let page: Page;
let complaints: string[];
let writeKey: string;
let apiKey: string;

beforeAll(async () => {
  visit = await openVisit();
  ({ page, complaints } = visit);
  writeKey = await createKey(page, 'write', 'Shop');
  apiKey = await createKey(page, 'API', 'Back office');
});
afterAll(() => visit.close());

const ask = { stage: 'Engagement', target: '50', ask: 'Look at the new shelf', link: 'https://shop.example.com/new' };

test('an e-mail is sent to whoever comes to it, and they go on', async () => {
  await begin('Hello');
  const hello = await addFromPalette(page, 'E-mail', 'Hello mail');
  await writeMail(hello, { subject: 'Hello {{ contact.firstName }}', body: 'Good to have you here.' });
  await fillBrief(hello, ask);
  await addFromPalette(page, 'Exit', 'Greeted');
  await goLive('Hello mail');
  const step = await stepId(page, 'Hello mail');

  await enter({ email: 'mia@example.com', profile: { firstName: 'Mia' }, consent: 'given' });
  await enter({ email: 'nobody-asked@example.com' });
  await untilShows(figure(page, step, 'sent'), 1);
  await untilShows(figure(page, step, 'skipped'), 1);
  await untilShows(figure(page, step, 'outcome-next'), 2);
  await screenshot(page, 'step-message');
  await goTo(page, 'Inbox');
  await page.getByRole('button', { name: /mia@example\.com.*Hello Mia/s }).waitFor();
  expect(complaints).toEqual([]);
});

test('a coupon waits for its redemption, which an order with its code brings', async () => {
  await begin('Coupon');
  const coupon = await addFromPalette(page, 'Coupon', 'Ten off');
  await choose(coupon, 'Kind of discount', 'amount');
  await inputOf(coupon, 'Begin with').fill('TEN-');
  await writeMail(coupon, { subject: 'Ten off for you', body: 'Your code: {{ coupon.code }}' });
  await fillBrief(coupon, ask);
  await addBelow(page, { step: 'Ten off', outcome: 'redeemed' }, 'Exit', 'Used it');
  await addBelow(page, { step: 'Ten off', outcome: 'expired' }, 'Exit', 'Let it go');
  await goLive('Ten off');
  const step = await stepId(page, 'Ten off');

  await enter({ email: 'otto@example.com', consent: 'given' });
  await untilShows(figure(page, step, 'waiting'), 1);
  await untilShows(figure(page, step, 'sent'), 1);
  const issued = await visit.pasture.database.connection.db?.collection('coupons').findOne({ step });
  await track(visit.pasture, writeKey, {
    userId: 'otto',
    context: { traits: { email: 'otto@example.com' } },
    event: 'Order Completed',
    properties: { total: 25, currency: 'USD', coupon: String(issued?._id) },
  });
  await untilShows(figure(page, step, 'outcome-redeemed'), 1);
  await untilShows(figure(page, step, 'converted'), 1);
  await untilShows(card(page, 'Used it').getByRole('button', { name: /^Passed/ }), 1);
  await screenshot(page, 'step-coupon');
  expect(complaints).toEqual([]);
});

test('a wait holds people for its time, then lets them go', async () => {
  await begin('Wait');
  await dragFromPalette(page, 'Wait', 'start');
  const wait = page.getByRole('region', { name: 'Settings of Wait' });
  await choose(wait, 'Wait: Unit', 'seconds');
  await inputOf(wait, 'Wait').last().fill('6');
  await addBelow(page, { step: 'Wait', outcome: 'next' }, 'Exit', 'Waited');
  await goLive('Wait');
  const step = await stepId(page, 'Wait');

  await enter({ email: 'pia@example.com' });
  await untilShows(figure(page, step, 'waiting'), 1);
  await untilShows(figure(page, step, 'outcome-next'), 1);
  await untilShows(figure(page, step, 'waiting'), 0);
  await screenshot(page, 'step-wait');
  expect(complaints).toEqual([]);
});

test('a wait for an event lets go whoever does it, and the others when time is up', async () => {
  await begin('Feedback');
  const feedback = await addFromPalette(page, 'Wait for event', 'Liked it?');
  await inputOf(feedback, 'Event').fill('Feedback Given');
  await feedback.getByRole('button', { name: 'With property' }).click();
  await inputOf(feedback, 'Property').fill('rating');
  await choose(feedback, 'Test', 'is more than');
  await inputOf(feedback, 'Value').fill('3');
  await choose(feedback, 'At the longest: Unit', 'seconds');
  await inputOf(feedback, 'At the longest').last().fill('12');
  await addBelow(page, { step: 'Liked it?', outcome: 'happened' }, 'Exit', 'Happy');
  await connect(page, { step: 'Liked it?', outcome: 'timedOut' }, 'Happy');
  await goLive('Liked it?');
  const step = await stepId(page, 'Liked it?');

  await enter({ email: 'quinn@example.com' });
  await enter({ email: 'rosa@example.com' });
  await untilShows(figure(page, step, 'waiting'), 2);
  await rate('quinn@example.com', 5);
  await rate('rosa@example.com', 2);
  await untilShows(figure(page, step, 'outcome-happened'), 1);
  await untilShows(figure(page, step, 'waiting'), 1);
  await untilShows(figure(page, step, 'outcome-timedOut'), 1);
  await screenshot(page, 'step-wait-for-event');
  expect(complaints).toEqual([]);
});

test('a branch sends people the first way whose conditions hold, and the others by else', async () => {
  await begin('Branch');
  const branch = await addFromPalette(page, 'Branch', 'Where from?');
  await inputOf(branch, 'Way 1').fill('From Germany');
  await branch.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('menuitem', { name: 'Profile' }).click();
  await inputOf(branch, 'Trait').fill('country');
  await inputOf(branch, 'Value').fill('DE');
  const way = (await outcomesOf('Where from?'))[0] ?? '';
  await addBelow(page, { step: 'Where from?', outcome: way }, 'Exit', 'German shop');
  await addBelow(page, { step: 'Where from?', outcome: 'else' }, 'Exit', 'World shop');
  await goLive('Where from?');
  const step = await stepId(page, 'Where from?');

  await enter({ email: 'sven@example.com', profile: { country: 'DE' } });
  await enter({ email: 'tara@example.com', profile: { country: 'FR' } });
  await enter({ email: 'ugo@example.com' });
  await untilShows(figure(page, step, `outcome-${way}`), 1);
  await untilShows(figure(page, step, 'outcome-else'), 2);
  await screenshot(page, 'step-branch');
  expect(complaints).toEqual([]);
});

test('an exit completes the journey, and a click on its number lists who came to it', async () => {
  await begin('Exit');
  await addFromPalette(page, 'Exit', 'The end');
  await goLive('The end');

  await enter({ email: 'vera@example.com', profile: { firstName: 'Vera', lastName: 'Varga' } });
  await untilShows(figure(page, 'journey', 'completed'), 1);
  await untilShows(figure(page, 'journey', 'waiting'), 0);
  await figure(page, await stepId(page, 'The end'), 'passed').click();
  await page.getByTestId('person').getByRole('link', { name: 'Vera Varga' }).waitFor();
  await screenshot(page, 'step-exit');
  await page.keyboard.press('Escape');
  expect(complaints).toEqual([]);
});

/** An empty canvas whose people come in by the API. */
async function begin(name: string): Promise<void> {
  photographFailure(page);
  await goTo(page, 'Journeys');
  await newJourney(page, name);
  const entry = await openEntry(page);
  await toggle(entry, 'How people come in', 'API');
  await inputOf(entry, 'Source').fill('The back office');
}

async function goLive(step: string): Promise<void> {
  await untilReady(page);
  await publish(page);
  await page.getByText('Live', { exact: true }).first().waitFor();
  await card(page, step).waitFor();
}

/** Adds a contact and enters them into the journey that is open, as another system would. */
async function enter(contact: Record<string, unknown>): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const added = await post(`${visit.pasture.url}/api/contacts`, headers, contact);
  const { id } = JSON.parse(await added.text());
  const journey = /\/journeys\/([^/?]+)/.exec(page.url())?.[1] ?? '';
  const enrollments = `${visit.pasture.url}/api/journeys/${journey}/enrollments`;
  const entered = await post(enrollments, { ...headers, 'idempotency-key': `enter ${id}` }, { contact: id });
  expect(await entered.json()).toMatchObject({ entered: true });
}

async function rate(email: string, rating: number): Promise<void> {
  const context = { traits: { email } };
  await track(visit.pasture, writeKey, { userId: email, context, event: 'Feedback Given', properties: { rating } });
}

/** The ids of a step's outcomes, from left to right. */
async function outcomesOf(step: string): Promise<string[]> {
  const handles = await card(page, step).locator('.react-flow__handle.source').all();
  return Promise.all(handles.map(async (handle) => (await handle.getAttribute('data-handleid')) ?? ''));
}
