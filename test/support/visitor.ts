import type { Browser, Locator, Page } from 'playwright-core';
import { expect, onTestFailed } from 'vitest';
import { openPage, screenshot } from './browser.ts';
import type { Pasture } from './pasture.ts';

/** Everything a page does is on screen within this, also on a machine that is busy. */
export const PATIENCE_MS = 45_000;
export const patient = { timeout: PATIENCE_MS, interval: 200 };

const owner = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' };

/** Opens the printed link, creates the owner, and answers the first page. */
export async function becomeOwner(
  browser: Browser,
  { ownerLink }: Pasture,
): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await openPage(browser, ownerLink);
  page.setDefaultTimeout(PATIENCE_MS);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('E-mail').fill(owner.email);
  await inputOf(page, 'Password').fill(owner.password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: /, Ada$/ }).waitFor();
  return { page, complaints };
}

/** Keeps a picture of the page should the test that runs fail. */
export function photographFailure(page: Page): void {
  onTestFailed(async ({ task }) => void (await screenshot(page, `failed ${task.name.slice(0, 60)}`)));
}

/** Loads the sample shop from the first page, and waits until it is in. */
export async function loadSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load the sample shop' }).click();
  await page.getByRole('link', { name: 'Open the worked example' }).waitFor({ timeout: 90_000 });
}

/** Goes to a page by the main navigation. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Creates a key in Settings and answers its secret. */
export async function createKey(page: Page, kind: 'write' | 'API', name: string): Promise<string> {
  await goTo(page, 'Settings');
  await page.getByRole('tab', { name: 'Keys' }).click();
  await page
    .getByRole('button', { name: `New ${kind} key` })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const secret = await dialog.locator('pre').first().innerText();
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return secret;
}

/** The field with this label: lists and buttons that carry the same name are left aside. */
export function inputOf(place: Page | Locator, label: string | RegExp): Locator {
  return place.getByLabel(label, { exact: true }).and(place.locator('input, textarea'));
}

/** Chooses from a drop-down list; the first of this name where there are several. */
export async function choose(place: Locator, label: string, option: string | RegExp): Promise<void> {
  await place.getByRole('combobox', { name: label, exact: true }).first().click();
  const options = place.page().getByRole('option', { name: option, exact: true });
  await options.filter({ visible: true }).click();
}

/** Chooses one of the buttons that stand side by side under a name. */
export async function toggle(place: Locator | Page, group: string, option: string): Promise<void> {
  await place.getByRole('radiogroup', { name: group }).getByText(option, { exact: true }).click();
}

/** The number in a figure on the page, such as 1,529; NaN while there is none. */
export async function numberIn(figure: Locator): Promise<number> {
  const text = (await figure.first().innerText()).replaceAll(',', '');
  return Number(/\d+/.exec(text)?.[0] ?? Number.NaN);
}

/** Waits until a figure shows this number. */
export async function untilShows(figure: Locator, expected: number | ((shown: number) => boolean)): Promise<void> {
  const holds = typeof expected === 'number' ? (shown: number) => shown === expected : expected;
  const look = async () => {
    const shown = await numberIn(figure).catch(() => Number.NaN);
    return holds(shown) ? 'as expected' : shown;
  };
  await expect.poll(look, patient).toBe('as expected');
}

/** Calls the HTTP API as another system would. */
export async function post(address: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Sends one event by a write key. */
export async function track(pasture: Pasture, writeKey: string, event: Record<string, unknown>): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const answer = await post(`${pasture.url}/v1/track`, { authorization }, event);
  expect(answer.status, await answer.text()).toBe(200);
}
