import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Drawing } from '#shared/journey.ts';
import { screenshot } from '../support/browser.ts';
import { draw, says, step } from '../support/drawing.ts';
import { addFromPalette, atRest, card, figure } from '../support/easel.ts';
import { openVisit, type Visit } from '../support/visit.ts';
import { inputOf, patient, PATIENCE_MS, photographFailure, untilShows } from '../support/visitor.ts';

const [noSubject, noText] = ['The message has no subject.', 'The message has no text.'];

let visit: Visit;
beforeAll(async () => {
  visit = await openVisit();
});
afterAll(() => visit.close());

test('a parked person is tried again, led past the step, or taken out, from the list behind the number', async () => {
  const { page, complaints } = visit;
  photographFailure(page);
  const pool = await call('coupon-pools', { name: 'Spring', codes: ['SPRING-1'] });
  const coupon = step('gift', 'coupon', { name: 'Gift', codes: { kind: 'pool', pool }, message: says('A gift') });
  const journey = await journeyOf(
    'Gifts',
    draw([coupon, step('end', 'exit')], ['gift.redeemed -> end', 'gift.expired -> end']),
  );
  await call(`journeys/${journey}/publication`, {});
  await page.goto(`${visit.pasture.url}/journeys/${journey}`);
  await enter(journey, 'ada');
  await untilShows(figure(page, 'gift', 'sent'), 1);
  await enter(journey, 'bea');
  await enter(journey, 'cleo');
  await untilShows(figure(page, 'gift', 'failed'), 2);

  await figure(page, 'gift', 'failed').click();
  await page.getByText('the coupon pool is empty').nth(1).waitFor();
  await screenshot(page, 'care-parked');
  await call('coupon-pools', { name: 'Spring', codes: ['SPRING-2'] });
  await act('bea@example.com', 'Try again');
  await untilShows(figure(page, 'gift', 'sent'), 2);
  await act('cleo@example.com', 'Skip the step: Not redeemed');
  await untilShows(figure(page, 'journey', 'completed'), 1);
  await page.getByText('Nobody yet.').waitFor();
  await page.keyboard.press('Escape');

  await figure(page, 'gift', 'waiting').click();
  await act('ada@example.com', 'Take out');
  await page
    .getByRole('dialog', { name: /^Take ada@example\.com out/ })
    .getByRole('button', { name: 'Take out' })
    .click();
  await untilShows(figure(page, 'journey', 'exited'), 1);
  await page.keyboard.press('Escape');
  await untilShows(figure(page, 'journey', 'failed'), 0);
  expect(complaints).toEqual([]);
});

test('a new step is not blamed for what nobody came to yet, until its fields are left or publishing is asked for', async () => {
  const { page, complaints } = visit;
  photographFailure(page);
  const journey = await journeyOf('Blameless', draw([], []));
  await page.goto(`${visit.pasture.url}/journeys/${journey}`);
  const mail = await addFromPalette(page, 'E-mail', 'Fresh');
  await page.getByRole('button', { name: /^\d+ problems$/ }).waitFor();
  expect(await mail.getByText(noText).count()).toBe(0);
  await inputOf(mail, 'Subject').focus();
  await inputOf(mail, 'Preheader').focus();
  await mail.getByText(noSubject).waitFor();
  expect(await mail.getByText(noText).count()).toBe(0);
  await page.getByRole('button', { name: 'Publish' }).click();
  await mail.getByText(noText).waitFor();
  await page.getByRole('listitem').filter({ hasText: noText }).getByRole('button').click();
  await expect
    .poll(() => inputOf(mail, 'Body').evaluate((body) => body === document.activeElement), patient)
    .toBe(true);
  await screenshot(page, 'care-problems');
  expect(complaints).toEqual([]);
});

test('who edits beside somebody else is told so, and may take over what the other saved', async () => {
  const { page } = visit;
  photographFailure(page);
  const journey = await journeyOf('Shared', draw([step('note', 'exit', { name: 'The end' })], []));
  const other = await page.context().newPage();
  other.setDefaultTimeout(PATIENCE_MS);
  for (const window of [page, other]) await window.goto(`${visit.pasture.url}/journeys/${journey}`);
  await rename(other, 'Ended by the other');
  await other.getByText('Saved', { exact: true }).waitFor();
  await rename(page, 'Ended by me');
  await page.getByText('Not saved: changed elsewhere').waitFor();
  await screenshot(page, 'care-conflict');
  await page.getByRole('button', { name: 'Reload theirs' }).click();
  await card(page, 'Ended by the other').waitFor();
  await rename(page, 'Ended together');
  await expect.poll(() => drawn(journey).then(({ steps }) => steps[0]?.name), patient).toBe('Ended together');
  await other.close();
});

test('a step that is dropped on a line goes between the two that it joins', async () => {
  const { page } = visit;
  photographFailure(page);
  const journey = await journeyOf(
    'A line',
    draw([step('pause', 'wait', { name: 'Pause' }), step('end', 'exit')], ['pause -> end'], {
      layout: { entry: { x: 0, y: 0 }, pause: { x: 0, y: 200 }, end: { x: 0, y: 620 } },
    }),
  );
  await page.goto(`${visit.pasture.url}/journeys/${journey}`);
  await card(page, 'Pause').waitFor();
  const [from, plus] = await atRest(page, [card(page, 'Pause'), page.getByTestId('insert-pause -> end')]);
  if (!from || !plus) throw new Error('The line is not on the canvas');
  await page.getByRole('navigation', { name: 'Steps to add' }).getByRole('button', { name: 'Branch' }).hover();
  await page.mouse.down();
  const onTheLine = { x: plus.x + plus.width / 2, y: (from.y + from.height + plus.y) / 2 };
  await page.mouse.move(onTheLine.x - 30, onTheLine.y, { steps: 4 });
  await page.mouse.move(onTheLine.x, onTheLine.y, { steps: 4 });
  await screenshot(page, 'care-dropping');
  await page.mouse.up();
  await card(page, 'Branch').waitFor();
  const ways = async () => (await drawn(journey)).edges.map(({ from: one, to }) => `${one} ${to}`);
  await expect
    .poll(ways, patient)
    .toEqual([expect.stringMatching(/^pause (?!end)/), expect.stringMatching(/(?<!pause) end$/)]);
});

async function act(email: string, action: string): Promise<void> {
  const { page } = visit;
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function rename(page: Page, name: string): Promise<void> {
  await page.locator('[data-testid=step-note]').click();
  await inputOf(page, 'Name').fill(name);
}

/** Draws a journey by the API, as this story is about what comes after. */
async function journeyOf(name: string, drawing: Drawing): Promise<string> {
  const id = await call('journeys', { name });
  const { request } = visit.page;
  const saved = await request.put(`${visit.pasture.url}/api/journeys/${id}/drawing`, {
    data: { revision: 1, drawing },
  });
  expect(saved.status(), await saved.text()).toBe(200);
  return id;
}

async function drawn(journey: string): Promise<Drawing> {
  const answer = await visit.page.request.get(`${visit.pasture.url}/api/journeys/${journey}`);
  return (await answer.json()).drawing;
}

async function enter(journey: string, name: string): Promise<void> {
  const contact = await call('contacts', { email: `${name}@example.com`, consent: 'given' });
  await call(`journeys/${journey}/enrollments`, { contact });
}

/** Posts as the signed-in owner, and answers the id of what came of it. */
async function call(path: string, data: object): Promise<string> {
  const headers = { 'idempotency-key': `${path} ${JSON.stringify(data)}` };
  const answer = await visit.page.request.post(`${visit.pasture.url}/api/${path}`, { data, headers });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return z.object({ id: z.string().optional() }).parse(await answer.json()).id ?? '';
}
