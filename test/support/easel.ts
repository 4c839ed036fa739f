import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { choose, inputOf, numberIn, patient } from './visitor.ts';

/** What a step's brief is filled in with. */
export type BriefText = { stage: string; target: string; ask: string; link: string; proof?: string };

/** Creates a journey on an empty canvas. */
export async function newJourney(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New journey' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create and open' }).click();
  await page.getByTestId('step-entry').waitFor();
}

/** Opens the journey's own settings. */
export async function openEntry(page: Page): Promise<Locator> {
  await page.getByTestId('step-entry').click();
  return page.getByRole('region', { name: 'Journey settings' });
}

/** Adds a step by a click in the palette, which puts it on the next open way, and names it. */
export async function addFromPalette(page: Page, kind: string, name: string): Promise<Locator> {
  await page.getByRole('navigation', { name: 'Steps to add' }).getByRole('button', { name: kind, exact: true }).click();
  return named(page, kind, name);
}

/** Drags a step kind from the palette onto a "+". */
export async function dragFromPalette(page: Page, kind: string, plus: string): Promise<void> {
  const palette = page.getByRole('navigation', { name: 'Steps to add' });
  await palette.getByRole('button', { name: kind, exact: true }).dragTo(page.getByTestId(`insert-${plus}`));
}

/** Adds a step by the "+" below a step's outcome, and names it. */
export async function addBelow(
  page: Page,
  after: { step: string; outcome: string },
  kind: string,
  name: string,
): Promise<Locator> {
  const id = await stepId(page, after.step);
  await page.getByTestId(`insert-${id}-${after.outcome}`).click();
  await page.getByRole('menuitem', { name: kind, exact: true }).click();
  return named(page, kind, name);
}

async function named(page: Page, kind: string, name: string): Promise<Locator> {
  const fresh = page.getByRole('region', { name: `Settings of ${kind}`, exact: true });
  await inputOf(fresh, 'Name').fill(name);
  return settingsOf(page, name);
}

/** The form of the step that is open. */
export function settingsOf(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Settings of ${name}`, exact: true });
}

/** Opens a step's form by a click on its card. */
export async function openStep(page: Page, name: string): Promise<Locator> {
  await card(page, name).click();
  const settings = settingsOf(page, name);
  await settings.waitFor();
  return settings;
}

export function card(page: Page, name: string): Locator {
  return page.locator('.canvas-card').filter({ has: page.getByText(name, { exact: true }) });
}

/** The id that the canvas gave a step. */
export async function stepId(page: Page, name: string): Promise<string> {
  const testId = await card(page, name).getAttribute('data-testid');
  if (testId === null) throw new Error(`No card is named ${name}`);
  return testId.slice('step-'.length);
}

type Box = Awaited<ReturnType<Locator['boundingBox']>>;

/** Where things stand once the canvas has stopped moving. */
export async function atRest(page: Page, things: readonly Locator[]): Promise<Box[]> {
  const look = () => Promise.all(things.map((thing) => thing.boundingBox()));
  let last = await look();
  const isAtRest = async () => {
    await page.waitForTimeout(500);
    const before = last;
    last = await look();
    return JSON.stringify(before) === JSON.stringify(last);
  };
  await expect.poll(isAtRest, patient).toBe(true);
  return last;
}

/** Draws a way from a step's outcome to a step that is there already. */
export async function connect(page: Page, from: { step: string; outcome: string }, to: string): Promise<void> {
  await page.getByRole('button', { name: 'Show everything' }).click();
  const handle = card(page, from.step).locator(`.react-flow__handle[data-handleid="${from.outcome}"]`);
  const target = card(page, to).locator('.react-flow__handle.target');
  await atRest(page, [handle, target]);
  await handle.hover();
  await page.mouse.down();
  await target.hover();
  await page.mouse.up();
}

export async function writeMail(settings: Locator, mail: { subject: string; body: string }): Promise<void> {
  await inputOf(settings, 'Subject').fill(mail.subject);
  await inputOf(settings, 'Body').fill(mail.body);
}

export async function fillBrief(settings: Locator, brief: BriefText): Promise<void> {
  await choose(settings, 'Stage', new RegExp(brief.stage));
  await inputOf(settings, 'Target').fill(brief.target);
  await settings.getByRole('button', { name: 'Add a call to action' }).click();
  await inputOf(settings, 'What people are asked to do').fill(brief.ask);
  await inputOf(settings, 'Link').fill(brief.link);
  if (brief.proof) await inputOf(settings, 'Event that proves it was done').fill(brief.proof);
}

/** Waits until everything is saved and nothing is wrong. */
export async function untilReady(page: Page): Promise<void> {
  await page.getByText('Ready to publish').waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** Publishes what is drawn, and answers the numbers that the dialog showed before. */
export async function publish(page: Page): Promise<{ matching: number; mailable: number }> {
  await page.getByRole('button', { name: /^Publish/ }).click();
  const dialog = page.getByRole('dialog');
  const matching = await numberIn(dialog.getByTestId('publish-matching'));
  const mailable = await numberIn(dialog.getByTestId('publish-mailable'));
  await dialog.getByRole('button', { name: 'Publish now' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return { matching, mailable };
}

/** A number of the running journey, of a step, or of a way out of one. */
export function figure(page: Page, step: string, name: string): Locator {
  return page.getByTestId(`figure-${step}-${name}`);
}
