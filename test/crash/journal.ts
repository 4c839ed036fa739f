import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Findings } from './invariants.ts';

/** Where `npm run crash` reads what was found. */
export const JOURNAL = join('.cache', 'crash.jsonl');

/** Whether every fault is tried, with more people, or only what `npm test` has time for. */
export const whole = process.env['CRASH_FORM'] === 'whole';

/** One line of the table. */
export type Line = { fault: string; verdict: 'held' | 'BROKEN'; note: string } & Partial<Omit<Findings, 'broken'>>;

/** What a fault's test tells of: how a run looked in the end. */
export type Tell = (findings: Findings) => void;

/** A fault and what has to hold in spite of it; the test fails when a promise was broken, and the journal keeps the line. */
export function survives(fault: string, run: (tell: Tell) => Promise<void>, timeoutMs = 180_000): void {
  it(fault, { timeout: timeoutMs }, async () => {
    const told: Findings[] = [];
    try {
      await run((findings) => told.push(findings));
      expect(told.flatMap(({ broken }) => broken)).toEqual([]);
      write({ fault, ...sumOf(told), verdict: 'held', note: '' });
    } catch (error) {
      const note = told.flatMap(({ broken }) => broken)[0] ?? (error instanceof Error ? error.message : String(error));
      write({ fault, ...sumOf(told), verdict: 'BROKEN', note: note.split('\n')[0]?.slice(0, 200) ?? '' });
      throw error;
    }
  });
}

function sumOf(told: Findings[]): Partial<Omit<Findings, 'broken'>> {
  if (told.length === 0) return {};
  const sum = (figure: Exclude<keyof Findings, 'broken'>) => told.reduce((total, one) => total + one[figure], 0);
  return {
    people: sum('people'),
    ledger: sum('ledger'),
    sent: sum('sent'),
    unknown: sum('unknown'),
    twice: sum('twice'),
  };
}

function write(line: Line): void {
  if (!whole) return;
  mkdirSync('.cache', { recursive: true });
  appendFileSync(JOURNAL, `${JSON.stringify(line)}\n`);
}
