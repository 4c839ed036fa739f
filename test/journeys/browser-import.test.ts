import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { couponMail, reminderMail, thankYou } from '#shared/templates/silent-buyers-mails.ts';
import { screenshot } from '../support/browser.ts';
import {
  addBelow,
  addFromPalette,
  connect,
  figure,
  fillBrief,
  newJourney,
  openEntry,
  publish,
  untilReady,
  writeMail,
} from '../support/easel.ts';
import { openVisit, type Visit } from '../support/visit.ts';
import { choose, goTo, inputOf, photographFailure, toggle, untilShows } from '../support/visitor.ts';

const ORDERS = join('engine', 'sample', 'cdnow-orders.csv');
const SEGMENT = 'Bought once, silent for a month';
const SHOP = 'https://shop.example.com';
let visit: Visit;
beforeAll(async () => {
  visit = await openVisit();
});
afterAll(() => visit.close());

test('orders are imported by hand, and the worked example is drawn from an empty canvas and published', async () => {
  const { page, complaints } = visit;
  photographFailure(page);
  await importOrders(page);
  await makeSegment(page);
  await draw(page);
  const { matching, mailable } = await publish(page);
  expect(matching).toBeGreaterThan(1_000);
  expect(mailable).toBe(matching);
  await untilShows(figure(page, 'journey', 'entered'), matching);
  await screenshot(page, 'import-live');
  expect(complaints).toEqual([]);
});

async function importOrders(page: Page): Promise<void> {
  await goTo(page, 'Imports');
  await page.locator('input[type=file]').setInputFiles(ORDERS);
  await page.getByRole('radio', { name: 'Events' }).check();
  await inputOf(page, 'Event').fill('Order Completed');
  await inputOf(page, 'When it happened').fill('{{ ordered_on }}');
  await inputOf(page, 'E-mail').fill('customer-{{ customer_id }}@example.com');
  await inputOf(page, 'User id').fill('');
  await inputOf(page, 'Event id').fill('');
  await inputOf(page, 'Value').first().fill('{{ dollars }}');
  await inputOf(page, 'Currency').fill('USD');
  await page.getByRole('radio', { name: 'All agreed' }).check();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('What the import would do').waitFor();
  await screenshot(page, 'import-dry-run');
  await page.getByRole('button', { name: 'Start the import' }).click();
  const history = page.getByRole('region', { name: 'Imports so far' });
  await history.getByText('Done').waitFor({ timeout: 90_000 });
  await history.getByText('6,919 rows').waitFor();
  await history.getByText('6,919 new').waitFor();
  await screenshot(page, 'import-done');
}

/** Says "bought once, and nothing for 30 days", and reads how many that were on the last day of April 1997. */
async function makeSegment(page: Page): Promise<void> {
  await goTo(page, 'Segments');
  await page.getByRole('link', { name: 'New segment' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill(SEGMENT);
  await addCondition(page, 'Did something');
  await choose(page.getByRole('main'), 'Comparison', 'exactly');
  await addCondition(page, 'Did not, for a while');
  const count = page.getByRole('region', { name: 'Who matches' }).getByRole('heading', { level: 3 });
  await untilShows(count, (now) => now > 1_000 && now < 1_707);
  await lookBackTo(page, { year: '1997', month: 'Apr', day: '30 April 1997' });
  await untilShows(count, 1_707);
  await screenshot(page, 'import-segment');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: SEGMENT }).waitFor();
}

async function addCondition(page: Page, phrase: string): Promise<void> {
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('menuitem', { name: phrase }).click();
}

/** Turns the calendar back by hand: from days to months to years, and forth. */
async function lookBackTo(page: Page, to: { year: string; month: string; day: string }): Promise<void> {
  await page.getByLabel('As of').click();
  const calendar = page.getByRole('dialog');
  await calendar.getByRole('button', { name: /^\w+ \d{4}$/ }).click();
  await calendar.getByRole('button', { name: /^\d{4}$/ }).click();
  const year = calendar.getByRole('button', { name: to.year });
  const earlier = calendar.getByRole('button', { name: 'Earlier' });
  while (!(await year.isVisible())) await earlier.click();
  await year.click();
  await calendar.getByRole('button', { name: to.month }).click();
  await calendar.getByRole('button', { name: to.day }).click();
  await page.keyboard.press('Escape');
}

/** Draws the worked example by hand, until nothing is wrong with it. */
async function draw(page: Page): Promise<void> {
  await goTo(page, 'Journeys');
  await newJourney(page, 'Bring them back');
  const entry = await openEntry(page);
  await toggle(entry, 'How people come in', 'Segment');
  await choose(entry, 'Segment', SEGMENT);
  await entry.getByRole('button', { name: 'Set a goal' }).click();

  await drawCoupon(page);
  const reminder = await addBelow(page, { step: 'Coupon mail', outcome: 'expired' }, 'E-mail', 'Reminder');
  await writeMail(reminder, reminderMail);
  await fillBrief(reminder, {
    stage: 'Ascend',
    target: '5',
    ask: 'Use your 25 % before it ends',
    link: `${SHOP}/?code={{ coupon.code }}`,
  });
  await choose(reminder, 'Answered until', 'Until a coupon’s deadline');

  const lastDays = await addBelow(page, { step: 'Reminder', outcome: 'next' }, 'Wait for event', 'Last days');
  await choose(lastDays, 'Wait for', 'A coupon’s redemption');
  await choose(lastDays, 'At the longest', 'Until a coupon’s deadline');

  const thanks = await addBelow(page, { step: 'Coupon mail', outcome: 'redeemed' }, 'E-mail', 'Thank you');
  await writeMail(thanks, thankYou);
  await fillBrief(thanks, {
    stage: 'Excite',
    target: '30',
    ask: 'See what to do first with your order',
    link: `${SHOP}/first-steps`,
    proof: 'Message Clicked',
  });
  await addBelow(page, { step: 'Thank you', outcome: 'next' }, 'Exit', 'Came back');
  await addBelow(page, { step: 'Last days', outcome: 'timedOut' }, 'Exit', 'Not this month');
  await connect(page, { step: 'Last days', outcome: 'happened' }, 'Thank you');
  await untilReady(page);
  await screenshot(page, 'import-drawn');
}

async function drawCoupon(page: Page): Promise<void> {
  const coupon = await addFromPalette(page, 'Coupon', 'Coupon mail');
  await inputOf(coupon, 'Discount').fill('25');
  const leaving = coupon.getByText('Who has not redeemed goes on').locator('..');
  await choose(leaving, 'At that moment or before', 'before that:');
  await writeMail(coupon, couponMail);
  await fillBrief(coupon, {
    stage: 'Ascend',
    target: '10',
    ask: 'Buy before the end of this month and take 25 % off',
    link: `${SHOP}/?code={{ coupon.code }}`,
  });
  await choose(coupon, 'Answered until', 'Until a coupon’s deadline');
}
