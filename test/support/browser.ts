import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { childEnv } from '#engine/config.ts';
import { obtainChromium } from './chromium.ts';

const SCREENSHOTS = join('.cache', 'screenshots');

/** Starts a Chromium; close it when the tests of the file are done. */
export async function openBrowser(): Promise<Browser> {
  const { path, args, env } = await obtainChromium();
  return chromium.launch({ executablePath: path, args, env: childEnv(env) });
}

/** Opens a page of its own context, and collects what goes wrong in it. */
export async function openPage(browser: Browser, address: string): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(address);
  return { page, complaints };
}

/** Keeps a picture of a page under `.cache/screenshots`, to look at. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
