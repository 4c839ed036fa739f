import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModels } from '#engine/models/index.ts';
import { currentHold, placeHold } from '#engine/restore/hold.ts';
import { openBrowser, screenshot } from '../support/browser.ts';
import { openPasture, type Pasture } from '../support/pasture.ts';
import { becomeOwner, photographFailure } from '../support/visitor.ts';

let pasture: Pasture;
let browser: Browser;
beforeAll(async () => {
  [pasture, browser] = await Promise.all([openPasture(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await pasture?.close();
});

test('after a restore every page says that everything is paused, until its reader continues', async () => {
  const models = createModels(pasture.database.connection);
  const { page, complaints } = await becomeOwner(browser, pasture);
  photographFailure(page);
  const [dataFrom, ranUntil] = [new Date('2026-01-02T03:04:00Z'), new Date('2026-01-05T06:07:00Z')];
  await placeHold(models, { dataFrom, ranUntil });
  await page.goto(`${pasture.url}/contacts`);
  const banner = page.getByRole('alert').filter({ hasText: 'restored from a backup' });
  await banner.waitFor();
  expect(await banner.textContent()).toContain('Jan 2, 2026');
  await screenshot(page, 'held');
  await banner.getByRole('button', { name: 'Continue anyway' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Continue anyway' }).click();
  await banner.waitFor({ state: 'detached' });
  expect(await currentHold(models)).toBeNull();
  expect(await models.changes.findOne({ verb: 'continued' }).lean()).toMatchObject({ actor: 'user:Ada Lovelace' });
  expect(complaints).toEqual([]);
});
