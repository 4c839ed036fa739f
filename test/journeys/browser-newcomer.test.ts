import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot } from '../support/browser.ts';
import { card, figure, openStep, publish, untilReady } from '../support/easel.ts';
import { openVisit, type Visit } from '../support/visit.ts';
import {
  createKey,
  goTo,
  inputOf,
  loadSample,
  numberIn,
  photographFailure,
  track,
  untilShows,
} from '../support/visitor.ts';

const SUBJECT = 'We miss you: 25 % off until {{ coupon.deadline | date: "%B %-d" }}';
const COUPON = '25 % until the month ends';
let visit: Visit;
beforeAll(async () => {
  visit = await openVisit();
});
afterAll(() => visit.close());

test('a newcomer changes the sample journey, publishes it, and sees a buyer leave by the coupon in their mail', async () => {
  const { page, complaints } = visit;
  photographFailure(page);
  await loadSample(page);
  const writeKey = await createKey(page, 'write', 'Web shop');

  await openExample(page);
  await changeSubject(page);
  await screenshot(page, 'newcomer-draft');
  expect(await publish(page)).toEqual({ matching: 1529, mailable: 1529 });
  await untilShows(figure(page, 'journey', 'entered'), (entered) => entered >= 1529);
  await untilShows(figure(page, 'coupon', 'sent'), (sent) => sent > 0);

  const { to, code } = await readMail(page);
  await openExample(page);
  const redeemed = figure(page, 'coupon', 'outcome-redeemed');
  const actual = page.getByTestId('step-coupon').getByText(/^\d+ \/ \d+$/);
  await untilShows(figure(page, 'coupon', 'sent'), (sent) => sent > 0);
  const before = { redeemed: await numberIn(redeemed), actual: await numberIn(actual) };
  await track(visit.pasture, writeKey, {
    userId: 'buyer-from-the-inbox',
    context: { traits: { email: to } },
    event: 'Order Completed',
    properties: { order_id: 'T-1', total: 40, currency: 'USD', coupon: code },
  });
  await untilShows(redeemed, (shown) => shown > before.redeemed);
  await untilShows(actual, (shown) => shown > before.actual);
  await screenshot(page, 'newcomer-live');
  await seeAmongTheRedeemed(page, to);

  await removeSample(page);
  expect(await leftBehind()).toEqual({});
  expect(complaints).toEqual([]);
});

async function openExample(page: Page): Promise<void> {
  await page.goto(visit.pasture.url);
  await page.getByRole('link', { name: /^(Open|Watch) the worked example$/ }).click();
  await card(page, COUPON).waitFor();
}

async function changeSubject(page: Page): Promise<void> {
  const settings = await openStep(page, COUPON);
  await inputOf(settings, 'Subject').fill(SUBJECT);
  await untilReady(page);
}

/** Reads the newest mail in the inbox: whose it is, and the coupon in it. */
async function readMail(page: Page): Promise<{ to: string; code: string }> {
  await goTo(page, 'Inbox');
  const line = page.getByRole('button', { name: /We miss you: 25 % off until/ }).first();
  const to = /\S+@\S+/.exec(await line.innerText())?.[0] ?? '';
  await line.click();
  await page.getByRole('heading', { level: 2, name: /^We miss you: 25 % off until \w+ \d+$/ }).waitFor();
  const letter = page.frameLocator('iframe.mail-frame');
  await letter.getByRole('heading', { name: 'It has been a while' }).waitFor();
  const code = await letter.getByRole('heading', { name: /^BACK-/ }).innerText();
  await screenshot(page, 'newcomer-inbox');
  return { to, code: code.trim() };
}

/** Whom the number on the coupon's "redeemed" way shows. */
async function seeAmongTheRedeemed(page: Page, email: string): Promise<void> {
  await figure(page, 'coupon', 'outcome-redeemed').click();
  const drawer = page.getByRole('dialog');
  await drawer.getByTestId('person').filter({ hasText: email }).waitFor();
  await drawer.getByTestId('person').filter({ hasText: email }).getByRole('link').click();
  await page.getByText('went on by “redeemed”').first().waitFor();
  await screenshot(page, 'newcomer-contact');
}

async function removeSample(page: Page): Promise<void> {
  await page.goto(visit.pasture.url);
  await page.getByRole('button', { name: 'Remove the sample' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the sample' }).click();
  await page.getByRole('button', { name: 'Load the sample shop' }).waitFor({ timeout: 60_000 });
  await goTo(page, 'Contacts');
  await page.getByText('Nobody here yet').waitFor();
  await goTo(page, 'Inbox');
  await page.getByText('No mail yet').waitFor();
}

/** How many documents each of the collections about people holds. */
async function leftBehind(): Promise<Record<string, number>> {
  const db = visit.pasture.database.connection.db;
  const names = ['contacts', 'identities', 'events', 'enrollments', 'deliveries', 'coupons', 'passages', 'members'];
  const workspace = ['journeys', 'plans', 'segments', 'samples', 'clocks'];
  const counts = [...names, ...workspace].map(async (name) => [name, await db?.collection(name).countDocuments()]);
  const found: [string, number][] = (await Promise.all(counts)).map(([name, count]) => [String(name), Number(count)]);
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}
