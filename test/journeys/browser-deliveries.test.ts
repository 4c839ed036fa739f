import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModels } from '#engine/models/index.ts';
import { openBrowser, screenshot } from '../support/browser.ts';
import { openPasture, type Pasture } from '../support/pasture.ts';
import { storedDelivery } from '../support/stored-delivery.ts';
import { becomeOwner, goTo, patient, photographFailure } from '../support/visitor.ts';

let browser: Browser;
let pasture: Pasture;
beforeAll(async () => {
  [browser, pasture] = await Promise.all([openBrowser(), openPasture()]);
});
afterAll(async () => {
  await browser.close();
  await pasture.close();
});

test('mails that may have arrived are decided by hand, and a sender refused by policy is resumed', async () => {
  const { deliveries, senders } = createModels(pasture.database.connection);
  const unknown = { state: 'unknown', reason: 'noAnswer', response: 'Timeout', step: 'hello', journey: 'j' } as const;
  await deliveries.insertMany(
    ['ada', 'bob', 'eve'].map((_id) => storedDelivery({ ...unknown, _id, address: `${_id}@people.test` })),
  );
  const { page, complaints } = await becomeOwner(browser, pasture);
  photographFailure(page);

  await goTo(page, 'Deliveries');
  await page.getByRole('link', { name: 'Decide' }).click();
  await page.getByText('the server did not answer after the last byte').first().waitFor();
  await page.getByLabel('Choose the mail to ada@people.test').check();
  await screenshot(page, 'deliveries');
  await page.getByRole('button', { name: 'It arrived' }).click();
  await page.getByText('1 mail decided.').waitFor();
  await expect
    .poll(() => deliveries.findById('ada').lean(), patient)
    .toMatchObject({ state: 'sent', actor: 'user:Ada Lovelace' });
  await page.getByLabel('Choose all on this page').check();
  await page.getByRole('button', { name: 'It did not arrive' }).click();
  await page.getByText('Nothing to decide').waitFor();
  expect(await deliveries.countDocuments({ state: 'failed', reason: 'byHand' })).toBe(2);

  await goTo(page, 'Settings');
  await page.getByRole('button', { name: 'Add a sender' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('From name').fill('Shop');
  await form.getByLabel('From address').fill('hello@shop.test');
  await form.getByLabel('Postal address').fill('1 High Street');
  await form.getByLabel('Mails per second').fill('20');
  await form.getByRole('button', { name: 'Limit a recipient domain' }).click();
  await form.getByLabel('To the domain').fill('gmail.com');
  await screenshot(page, 'sender-form');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('20 mails per second · gmail.com: 10 mails per second').waitFor();
  await senders.updateOne({}, { $set: { paused: { at: new Date(), response: '550 5.7.1 blocked' } } });
  await page.getByText('550 5.7.1 blocked').waitFor();
  await screenshot(page, 'sender-paused');
  await page.getByRole('button', { name: 'Resume sending' }).click();
  await page.getByText('550 5.7.1 blocked').waitFor({ state: 'hidden' });
  expect(await senders.findOne().lean()).toMatchObject({ paused: null });
  expect(complaints).toEqual([]);
});
