import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModels } from '#engine/models/index.ts';
import { screenshot } from '../support/browser.ts';
import { openVisit, type Visit } from '../support/visit.ts';
import { createKey, goTo, patient, photographFailure, post } from '../support/visitor.ts';

let visit: Visit;
beforeAll(async () => {
  visit = await openVisit();
});
afterAll(() => visit.close());

test('events of which nothing came are listed with why, and those that are stored are tried again', async () => {
  const { page, pasture, complaints } = visit;
  photographFailure(page);
  const { events } = createModels(pasture.database.connection);
  const key = await createKey(page, 'write', 'My shop');
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const good = { type: 'track', messageId: 'quote-1', userId: 'mia', event: 'Quote Requested' };
  const nameless = { type: 'track', userId: 'mia', properties: { note: 'x'.repeat(2_000) } };
  await post(`${pasture.url}/v1/batch`, { authorization }, { batch: [good, nameless] });
  const stateOf = async () => (await events.findOne({ name: good.event }).lean())?.dispatch;
  await expect.poll(stateOf, patient).toBe('done');
  const failed = { dispatch: 'dead' as const, attempts: 10, reason: 'The shop’s currency is unknown' };
  await events.updateOne({ name: good.event }, { $set: failed });

  await goTo(page, 'Settings');
  await page.getByRole('tab', { name: 'Failed events' }).click();
  const row = page.getByRole('row').filter({ hasText: failed.reason });
  await row.filter({ hasText: 'My shop' }).waitFor();
  await row.getByRole('button', { name: 'Try again' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByText('Nothing failed').waitFor();
  await expect.poll(stateOf, patient).toBe('done');

  await page.getByText('Refused', { exact: true }).click();
  const reason = page.getByRole('cell', { name: /event is missing/ });
  await reason.waitFor();
  // However much was sent, the reason beside it has room to be read.
  expect((await reason.boundingBox())?.width).toBeGreaterThan(250);
  await screenshot(page, 'failed-events');
  expect(complaints).toEqual([]);
});
