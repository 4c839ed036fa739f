import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { openPasture, type Pasture } from './pasture.ts';
import { becomeOwner } from './visitor.ts';

/** The product and its owner in a browser, on the first page; `complaints` is what went wrong in it. */
export type Visit = {
  pasture: Pasture;
  browser: Browser;
  page: Page;
  complaints: string[];
  close(): Promise<void>;
};

/** Starts the product and a browser of their own, and makes the visitor its owner. */
export async function openVisit(settings: Record<string, string> = {}): Promise<Visit> {
  const [pasture, browser] = await Promise.all([openPasture(settings), openBrowser()]);
  const { page, complaints } = await becomeOwner(browser, pasture);
  return {
    pasture,
    browser,
    page,
    complaints,
    async close() {
      await browser.close();
      await pasture.close();
    },
  };
}
