import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot } from '../support/browser.ts';
import {
  addBelow,
  addFromPalette,
  card,
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
import { choose, goTo, inputOf, loadSample, photographFailure, toggle, untilShows } from '../support/visitor.ts';

let visit: Visit;
let page: Page;
beforeAll(async () => {
  visit = await openVisit();
  page = visit.page;
});
afterAll(() => visit.close());

const ask = { stage: 'Ascend', target: '50', ask: 'Come back', link: 'https://shop.example.com/new' };

test('waits until some days before a coupon’s deadline are drawn, and hold the sample’s people on its clock', async () => {
  photographFailure(page);
  await loadSample(page);
  await goTo(page, 'Journeys');
  await newJourney(page, 'Six days');
  const entry = await openEntry(page);
  await toggle(entry, 'How people come in', 'Segment');
  await choose(entry, 'Segment', 'Bought once, silent for a month');
  await inputOf(entry, 'Source').fill('The shop');
  const coupon = await addFromPalette(page, 'Coupon', 'Six days off');
  await choose(coupon, 'Valid until', 'For a while');
  await inputOf(coupon, 'Valid until').last().fill('6');
  await leave(coupon, '5');
  await writeMail(coupon, { subject: 'Six days', body: 'Your code: {{ coupon.code }}' });
  await fillBrief(coupon, ask);
  await addBelow(page, { step: 'Six days off', outcome: 'redeemed' }, 'Exit', 'Used it');
  await waitFor('Two days left', { step: 'Six days off', outcome: 'expired' }, '2');
  await addBelow(page, { step: 'Two days left', outcome: 'past' }, 'Exit', 'Came too late');
  await waitFor('Five days left', { step: 'Two days left', outcome: 'next' }, '5');
  await addBelow(page, { step: 'Five days left', outcome: 'next' }, 'Exit', 'Never reached');
  await addBelow(page, { step: 'Five days left', outcome: 'past' }, 'Exit', 'Past by then');
  await untilReady(page);
  await page.getByRole('button', { name: 'Show everything' }).click();
  // Both ways out of both waits are on the canvas.
  await expect.poll(() => page.getByText('Already past', { exact: true }).count()).toBe(2);
  await screenshot(page, 'coupon-deadline-drawn');
  const { matching } = await publish(page);
  await page.getByText('Live', { exact: true }).first().waitFor();
  await card(page, 'Two days left').waitFor();

  const two = await stepId(page, 'Two days left');
  const five = await stepId(page, 'Five days left');
  await untilShows(figure(page, two, 'waiting'), (shown) => shown > matching / 2);
  await screenshot(page, 'coupon-deadline-waiting');
  await untilShows(figure(page, five, 'outcome-past'), (shown) => shown > matching / 2);
  await screenshot(page, 'coupon-deadline-past');
  await untilShows(figure(page, five, 'outcome-next'), 0);
  expect(visit.complaints).toEqual([]);
});

/** Draws a wait until so many days before the coupon's deadline. */
async function waitFor(name: string, after: { step: string; outcome: string }, days: string): Promise<void> {
  const wait = await addBelow(page, after, 'Wait', name);
  await choose(wait, 'Wait', 'Until a coupon’s deadline');
  await leave(wait, days);
  await page.getByText('Already past', { exact: true }).first().waitFor();
  await screenshot(page, `coupon-deadline ${name}`);
}

async function leave(settings: Locator, days: string): Promise<void> {
  await choose(settings, 'At that moment or before', 'before that:');
  await inputOf(settings, 'How long before').first().fill(days);
}
